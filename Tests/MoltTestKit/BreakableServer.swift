import Foundation
import Synchronization

/// A PostgreSQL server of a test's own, to be killed and started by orders; see `servers/README.md`.
public final class BreakableServer: @unchecked Sendable {
  // Safety: what changes after `init` is used under the lock only.
  private let process = Process()
  private let orders = Pipe()
  private let answers = Pipe()
  private var received: [UInt8] = []
  private let lock = Mutex(())
  /// The variables that `servers/postgres.py` gives, such as `MOLT_TEST_POSTGRES`.
  public private(set) var variables: [String: String] = [:]

  /// The URL over the Unix socket.
  public var url: String { variables["MOLT_TEST_POSTGRES"] ?? "" }
  /// The same over the loopback, with a password.
  public var tcpURL: String { variables["MOLT_TEST_POSTGRES_TCP"] ?? "" }

  /// Starts a server.
  public init() throws {
    let repository = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let program = repository.appending(path: "servers/postgres.py").path
    process.arguments = ["python3", program, "serve"]
    process.standardInput = orders
    process.standardOutput = answers
    try process.run()
    while let line = readLine(), !line.isEmpty {
      let halves = line.split(separator: "=", maxSplits: 1).map(String.init)
      if halves.count == 2 { variables[halves[0]] = halves[1] }
    }
  }

  deinit {
    try? orders.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// Gives an order.
  ///
  /// - Returns: The answer, `ok` if all is well.
  @discardableResult
  public func order(_ text: String) -> String? {
    lock.withLock { _ in
      // A server that did not start hears nothing; its own words are in the log.
      let isHeard =
        (try? orders.fileHandleForWriting.write(contentsOf: Data((text + "\n").utf8))) != nil
      return isHeard ? readLine() : nil
    }
  }

  /// Starts a proxy before the server.
  ///
  /// - Returns: Its port, and the URL over the loopback through it.
  public func proxy(_ faults: String = "") -> (port: String, url: String) {
    let port = order("proxy \(faults)")?.split(separator: " ").last.map(String.init) ?? ""
    let own = variables["PGPORT"] ?? ""
    return (port, tcpURL.replacingOccurrences(of: ":\(own)/", with: ":\(port)/"))
  }

  private func readLine() -> String? {
    while true {
      if let end = received.firstIndex(of: 10) {
        defer { received.removeSubrange(...end) }
        return String(decoding: received[..<end], as: UTF8.self)
      }
      let piece = answers.fileHandleForReading.availableData
      guard !piece.isEmpty else { return nil }
      received += piece
    }
  }
}
