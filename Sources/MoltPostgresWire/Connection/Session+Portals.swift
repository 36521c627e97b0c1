internal import MoltBytes

extension Session {
  /// Fetches more rows of a suspended result.
  mutating func resume(
    _ operation: PostgresOperation,
    rowLimit: Int,
    into output: inout ByteWriter
  ) throws(PostgresRefusal) {
    try checkIsSuspended(operation)
    pending.advance(to: .rows)
    // A limit of none would end the portions, which is allowed: the rest comes at once.
    output.appendPostgresExecute(
      portal: Span(),
      rowLimit: min(max(rowLimit, 0), Int(Int32.max))
    )
    output.appendPostgresFlush()
  }

  /// Gives up the rest of a suspended result.
  mutating func closePortal(
    _ operation: PostgresOperation,
    into output: inout ByteWriter
  ) throws(PostgresRefusal) {
    try checkIsSuspended(operation)
    pending.advance(to: .closePortal)
    output.appendPostgresClose(portal: Span())
    output.appendPostgresFlush()
  }

  private func checkIsSuspended(_ operation: PostgresOperation) throws(PostgresRefusal) {
    guard let first = pending.first, first.operation == operation, first.stage == .suspended else {
      throw .notSuspended
    }
  }
}
