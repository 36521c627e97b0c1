import MoltPostgres
import MoltPostgresWire
import Synchronization

/// Something that is so from a moment on.
final class Flag: Sendable {
  private let state = Mutex(false)
  var isRaised: Bool { state.withLock { $0 } }

  func raise() { state.withLock { $0 = true } }
}

extension PostgresClient {
  /// Whether statements are answered again, or soon are.
  func recovers() async -> Bool {
    for _ in 0..<500 {
      if await answers() { return true }
      try? await Task.sleep(for: .milliseconds(20))
    }
    return false
  }
}

extension PostgresError {
  /// The class of the error with which the server ended the connection.
  var closingState: String? {
    if case .closed(.server(let error)) = self { return error.sqlState }
    return nil
  }
}
