internal import MoltBytes
internal import MoltPostgresWire

/// The parameters of a query, written as the server reads them.
///
/// They are written once, by whoever makes the query, and only read afterwards.
// Safety: `parameters` changes only while the object is not shared: in `init` and in `append`.
final class PostgresBindings: @unchecked Sendable {
  private(set) var parameters: BindParameters

  /// What queries without parameters share.
  static let none = PostgresBindings(capacity: 1)

  init(capacity: Int = 128) { parameters = BindParameters(capacity: capacity) }

  /// Makes bindings of what `fill` appends.
  init<Failure>(
    _ fill: (inout BindParameters) throws(Failure) -> Void
  ) throws(Failure) {
    parameters = BindParameters(capacity: 128)
    try fill(&parameters)
  }

  /// Appends a value; for the maker only.
  func append<Value: PostgresEncodable>(_ value: Value) {
    if value.isPostgresNull {
      parameters.appendNull(type: Value.postgresType)
    } else {
      parameters.append(type: Value.postgresType, format: Value.postgresFormat) {
        value.appendPostgres(to: &$0)
      }
    }
  }
}
