public import MoltRows

/// The result columns of a statement, held against a shape.
///
/// Made once when the statement is prepared: says in which formats the values are to be asked for,
/// and makes cells of them.
public struct PostgresColumns: Equatable, Sendable {
  /// One decoder per result column.
  public let decoders: [PostgresColumnDecoder]

  /// Compiles the columns' types.
  ///
  /// - Parameters:
  ///   - oids: The types of the result columns, from the row description.
  ///   - shape: How the columns are written.
  /// - Throws: ``PostgresValueError/tooFewColumns(expected:found:)``, and
  ///   ``PostgresValueError/unsupportedColumn(column:oid:)`` where Django would not write a column
  ///   of that type the way the shape says, and for the shape's types of objects.
  /// - Complexity: O(columns + fields)
  public init(_ oids: [UInt32], for shape: Shape) throws(PostgresValueError) {
    guard oids.count >= shape.columnCount else {
      throw .tooFewColumns(expected: shape.columnCount, found: oids.count)
    }
    decoders = oids.enumerated().map { PostgresColumnDecoder(column: $0, oid: $1) }
    for field in shape.fields { try check(field, shape.objectTypes) }
  }

  /// In which formats the values are to be asked for, one per column: 1 for binary, 0 for text.
  public var resultFormats: [Int16] { decoders.map(\.resultFormat) }

  private func check(_ field: Field, _ objectTypes: [UInt32]) throws(PostgresValueError) {
    switch field {
    case .nest(_, _, let fields): for field in fields { try check(field, objectTypes) }
    case .leaf(_, let column, let format):
      let type = decoders[column].type
      guard type.loading.fits(format), !objectTypes.contains(type.oid) else {
        throw .unsupportedColumn(column: column, oid: type.oid)
      }
    }
  }
}

extension PostgresType.Loading {
  /// Whether Django writes values of the type the way a format says.
  ///
  /// - Parameter format: How a column is written.
  /// - Returns: False where psycopg loads another Python type than the format stands for.
  public func fits(_ format: ColumnFormat) -> Bool {
    switch (self, format) {
    case (.object, _): false
    case (_, .asStored): true
    case (.binary(let kind), _): Self.fits(kind, format)
    case (.list(let kind), .list(let element, _)): Self.fits(kind, element.format)
    case (.text, .textCast), (.text, .json): true
    case (.list, _), (.text, _): false
    }
  }

  private static func fits(_ kind: PostgresKind, _ format: ColumnFormat) -> Bool {
    switch format {
    case .asStored: true
    case .textCast: kind == .text
    case .integerCast, .floatCast: isNumber(kind)
    case .boolean: kind == .boolean
    case .decimal: kind == .numeric
    case .date: kind == .date
    case .time: kind == .time
    case .dateTime(_, let isUTC): kind == (isUTC ? .timestampUTC : .timestamp)
    case .localDateTime(_, .aware): kind == .timestampUTC
    case .localDateTime(_, .naive): isMoment(kind)
    case .localDateTime(_, .cast): kind == .timestamp
    case .dateCast: kind == .date || isMoment(kind)
    case .timeCast: kind == .time || isMoment(kind)
    case .dateTimeCast: isMoment(kind)
    case .duration: kind == .interval
    case .uuid: kind == .uuid
    // What psycopg has decoded itself, the model's field would decode once more.
    case .json: kind == .jsonb || kind == .text
    case .binary: kind == .bytes
    case .list: false
    }
  }

  private static func isMoment(_ kind: PostgresKind) -> Bool {
    kind == .timestamp || kind == .timestampUTC
  }

  private static func isNumber(_ kind: PostgresKind) -> Bool {
    switch kind {
    case .boolean, .int16, .int32, .int64, .oid, .float32, .float64, .numeric: true
    default: false
    }
  }
}
