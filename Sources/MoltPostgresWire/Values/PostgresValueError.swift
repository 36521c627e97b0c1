/// Why a value cannot travel between PostgreSQL and a shape or a run.
public enum PostgresValueError: Error, Equatable, Sendable {
  /// The statement has `found` columns, and the shape names more.
  case tooFewColumns(expected: Int, found: Int)
  /// Django would not write the column's type the way the shape says.
  case unsupportedColumn(column: Int, oid: UInt32)
  /// The bytes that the server sent are not a value of the column's type.
  case malformedValue(column: Int, oid: UInt32)
  /// The statement has `expected` parameters, and the run supplies `found`.
  case wrongParameterCount(expected: Int, found: Int)
  /// PostgreSQL would compute something else with this value than with the one in Django's SQL.
  case unsupportedParameter(index: Int, oid: UInt32)

  /// One sentence for the caller.
  public var message: String {
    switch self {
    case .tooFewColumns(let expected, let found):
      "the shape needs \(expected) columns, and the statement has \(found)"
    case .unsupportedColumn(let column, let oid):
      "column \(column) is of type \(PostgresType(oid: oid).name), which the shape's type for it "
        + "does not expect"
    case .malformedValue(let column, let oid):
      "column \(column) holds bytes that are no \(PostgresType(oid: oid).name)"
    case .wrongParameterCount(let expected, let found):
      "the statement takes \(expected) parameters, and the run supplies \(found)"
    case .unsupportedParameter(let index, let oid):
      "parameter \(index) has a value that cannot be sent as \(PostgresType(oid: oid).name)"
    }
  }
}
