/// Whether a session is inside a transaction, as `ReadyForQuery` says.
public enum PostgresTransactionStatus: UInt8, Sendable {
  /// No transaction is open.
  case idle = 0x49  // I
  /// A transaction is open.
  case inTransaction = 0x54  // T
  /// A transaction is open and failed; only its end is accepted.
  case failed = 0x45  // E
}
