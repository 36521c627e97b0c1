internal import MoltBytes
internal import MoltPostgresWire
internal import MoltRows

extension BindParameters {
  /// Appends the values of a run.
  ///
  /// - Parameters:
  ///   - values: The values.
  ///   - parameterTypes: The types of the parameters, from the statement's description.
  /// - Throws: ``PostgresError/value(_:)`` where the values do not fit.
  mutating func append(
    _ values: [RunValue],
    types parameterTypes: [UInt32]
  ) throws(PostgresError) {
    guard values.count == parameterTypes.count else {
      throw .value(.wrongParameterCount(expected: parameterTypes.count, found: values.count))
    }
    for index in values.indices {
      let (value, type) = (values[index], parameterTypes[index])
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
