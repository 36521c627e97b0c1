import MoltPostgres
import MoltPostgresWire
import MoltTestKit
import Synchronization

/// Something that is so from a moment on.
final class Flag: Sendable {
  private let state = Mutex(false)
  var isRaised: Bool { state.withLock { $0 } }

  func raise() { state.withLock { $0 = true } }
}

/// How often something happened in each of some tasks.
final class Tally: Sendable {
  private let counts: Mutex<[Int]>

  init(_ taskCount: Int) { counts = Mutex(Array(repeating: 0, count: taskCount)) }

  func increment(_ task: Int) { counts.withLock { $0[task] += 1 } }

  /// Waits until it has happened in every task, or again.
  func grow() async -> Bool {
    let before = counts.withLock { $0 }
    return await waitUntil { counts.withLock { zip($0, before).allSatisfy(>) } }
  }
}

extension PostgresClient {
  /// Whether statements are answered again, or soon are.
  func recovers() async -> Bool { await waitUntil { await answers() } }
}

extension PostgresError {
  /// The class of the error with which the server ended the connection.
  var closingState: String? {
    if case .closed(.server(let error)) = self { return error.sqlState }
    return nil
  }
}
