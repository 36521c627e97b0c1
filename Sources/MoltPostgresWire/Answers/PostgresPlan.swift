public import MoltRows

/// What is known of a statement and a shape once the statement was prepared.
public struct PostgresPlan: Sendable {
  /// How the columns are read.
  let columns: PostgresColumns
  /// In which formats the columns are asked for.
  public let resultFormats: PostgresResultFormats
  /// The types of the parameters.
  public let parameterTypes: [UInt32]

  /// Holds a statement's description against a shape.
  ///
  /// - Throws: ``PostgresAnswerError/value(_:)`` where they do not fit, and
  ///   ``PostgresAnswerError/noColumns`` for a statement without rows.
  /// - Complexity: O(columns + fields)
  public init(
    _ description: PostgresDescription,
    for shape: Shape
  ) throws(PostgresAnswerError) {
    guard !description.columns.isEmpty else { throw .noColumns }
    do {
      columns = try PostgresColumns(description.columns.map(\.typeOID), for: shape)
    } catch {
      throw .value(error)
    }
    parameterTypes = description.parameterTypes
    let formats = columns.resultFormats.map { PostgresFormat(rawValue: $0) ?? .text }
    let isBinary = formats.allSatisfy { $0 == .binary }
    resultFormats = isBinary ? .binary : .columns(formats)
  }

  /// Whether an execution returns the columns that were described.
  public func describes(_ found: [PostgresColumn]) -> Bool {
    guard found.count == columns.decoders.count else { return false }
    for index in found.indices where found[index].typeOID != columns.decoders[index].type.oid {
      return false
    }
    return true
  }

  /// Appends the values of a run.
  ///
  /// - Throws: ``PostgresAnswerError/value(_:)`` for a wrong number of values, and for one that would
  ///   not arrive as Django's own.
  public func bind(
    _ values: [RunValue],
    to parameters: inout BindParameters
  ) throws(PostgresAnswerError) {
    try parameters.append(values, types: parameterTypes)
  }
}

extension BindParameters {
  /// Appends the values of a run.
  ///
  /// - Parameters:
  ///   - values: The values.
  ///   - types: The types of the parameters, from the statement's description.
  /// - Throws: ``PostgresAnswerError/value(_:)`` where the values do not fit.
  public mutating func append(
    _ values: [RunValue],
    types: [UInt32]
  ) throws(PostgresAnswerError) {
    guard values.count == types.count else {
      throw .value(.wrongParameterCount(expected: types.count, found: values.count))
    }
    for index in values.indices {
      let (value, type) = (values[index], types[index])
      guard PostgresParameter.fits(value, oid: type) else {
        throw .value(.unsupportedParameter(index: index, oid: type))
      }
      switch value {
      case .null: appendNull(type: type)
      default:
        let format = PostgresFormat(rawValue: PostgresParameter.format(of: value)) ?? .text
        append(type: type, format: format) { $0.appendPostgresBytes(of: value) }
      }
    }
  }
}
