import Foundation
import Logging
import MoltErrors
import MoltTestKit
import MoltWorker
import MoltWorkerWire
import Testing

@Suite("A worker's life", .serialized)
struct LifecycleTests {
  static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  func server(_ path: String) -> WorkerServer {
    WorkerServer(
      WorkerOptions(socketPath: path),
      databases: [("fake", FakeDatabase())],
      logger: Self.silent
    )
  }

  @Test("a stop answers what was accepted, refuses what comes, and removes the socket")
  func drain() async throws {
    try await withWorker { worker in
      var client = try worker.connect(preparing: "wait", "bytes 5")
      try client.send(.run(1), .run(1))
      worker.wait("the run has started") { $0.started == 1 }
      async let stopped: Void = worker.running.stop()
      // Each connection hears of the stop a moment after the worker says so.
      let isRefused = await waitUntil {
        code { _ = try client.call(.run(2), .run(2)) } == .unavailable
      }
      #expect(isRefused)
      #expect(try client.health().isDraining)
      #expect(code { _ = try worker.connect() } == .unavailable)
      worker.database.openGate()
      let reply = try #require(try client.receive())
      #expect(reply.header.id == 1 && reply.header.status == .done)
      await stopped
      #expect(try client.receive() == nil)
      #expect(!FileManager.default.fileExists(atPath: worker.path))
      #expect(!FileManager.default.fileExists(atPath: worker.path + ".lock"))
    }
  }

  @Test("a stop waits for a slow reader to take its whole answer")
  func drainSlowReader() async throws {
    try await withWorker { worker in
      var client = try worker.connect(preparing: "bytes \(16 << 20)")
      try client.send(.run(1), .run(1))
      worker.wait("the budget is used up") { $0.producedBytes >= 4 << 20 }
      var other = try worker.connect()
      async let stopped: Void = worker.running.stop()
      let isStopping = try await waitUntil { try other.health().isDraining }
      #expect(isStopping)
      var byteCount = 0
      while let reply = try client.receive() {
        byteCount += reply.payload.count
        if reply.header.status == .done { break }
      }
      #expect(byteCount == 16 << 20)
      await stopped
    }
  }

  @Test("a stop gives up after the drain timeout")
  func drainTimeout() async throws {
    try await withWorker { options in
      options.drainTimeout = .milliseconds(100)
    } _: { worker in
      var client = try worker.connect(preparing: "wait")
      try client.send(.run(1), .run(1))
      worker.wait("the run has started") { $0.started == 1 }
      await worker.running.stop()
      #expect(worker.database.counts.closed == 1)
      #expect(try client.receive() == nil)
    }
  }

  @Test("the socket is private to its user")
  func mode() async throws {
    try await withWorker { worker in
      let attributes = try FileManager.default.attributesOfItem(atPath: worker.path)
      #expect(attributes[.posixPermissions] as? Int == 0o600)
    }
  }

  @Test("a second worker at the same path is refused and harms nothing")
  func secondWorker() async throws {
    try await withWorker { worker in
      let error = await #expect(throws: MoltError.self) {
        _ = try await server(worker.path).start()
      }
      #expect(error?.code == .unavailable)
      #expect(error?.message.contains("another worker listens") == true)
      var client = try worker.connect(preparing: "bytes 5")
      #expect(try client.call(.run(1), .run(1)) == expectedAnswer(5))
    }
  }

  @Test("the socket of a dead worker is replaced")
  func stale() async throws {
    try await withFolder { folder in
      let path = folder + "/s"
      // A socket file without a listener, and a lock file that nobody holds.
      #expect(bindAndAbandon(path))
      _ = FileManager.default.createFile(atPath: path + ".lock", contents: nil)
      let running = try await server(path).start()
      let client = try WorkerClient(path: path)
      try client.send(RequestHeader(id: 1, .metrics), .metrics)
      await running.stop()
    }
  }

  @Test("a path that holds something else, or nothing possible, is refused")
  func badPaths() async throws {
    try await withFolder { folder in
      let file = folder + "/file"
      _ = FileManager.default.createFile(atPath: file, contents: Data("keep".utf8))
      let cases: [(String, ErrorCode, String)] = [
        (file, .invalidInput, "is no socket"),
        (folder + "/missing/s", .unavailable, "No such file"),
        (folder + "/" + String(repeating: "x", count: 108), .invalidInput, "shorter"),
        ("", .invalidInput, "socket path"),
      ]
      for (path, code, words) in cases {
        let error = await #expect(throws: MoltError.self) { _ = try await server(path).start() }
        #expect(error?.code == code)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
      }
      #expect(FileManager.default.contents(atPath: file) == Data("keep".utf8))
    }
  }

  @Test(
    "root and the worker's users may connect, others may not",
    arguments: [(0, true), (1000, true), (1001, false), (65_534, false)] as [(UInt32, Bool)]
  )
  func peers(user: UInt32, isAllowed: Bool) {
    let peer = PeerCredentials(process: 1, user: user, group: user)
    #expect(peer.isAllowed([1000]) == isAllowed)
  }

  @Test("a client without a worker is told how to start one")
  func noWorker() throws {
    let error = #expect(throws: MoltError.self) { _ = try WorkerClient(path: "/nowhere/molt.sock") }
    #expect(error?.code == .unavailable)
    #expect(error?.message.contains("molt worker --socket /nowhere/molt.sock") == true)
  }

  /// Leaves a socket file behind, as a killed worker does.
  func bindAndAbandon(_ path: String) -> Bool {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
  }
}
