internal import MoltPostgresWire
internal import NIOCore

extension PostgresConnection {
  /// Whether the connection is open, outside a transaction, and has answered everything.
  func isClean() async -> Bool {
    guard isOpen else { return false }
    return await withCheckedContinuation { continuation in
      eventLoop.execute {
        let isIdle = self.handler.sent.isEmpty && self.handler.held.isEmpty
        let status = self.handler.wire.machine.transactionStatus
        continuation.resume(returning: isIdle && status == .idle && self.isOpen)
      }
    }
  }

  /// Asks the server whether it is there, without a task.
  func ping(within limit: Duration, _ done: @escaping @Sendable (Bool) -> Void) {
    let request = ConnectionRequest(.ping, timeout: limit)
    let buffer = PostgresBuffer<PostgresRowBatch> {}
    buffer.whenFinished { done($0 == nil) }
    request.sink = .stream(buffer)
    submit(.send(request))
  }
}
