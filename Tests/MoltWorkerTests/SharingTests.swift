import MoltErrors
import MoltTestKit
import MoltWorker
import MoltWorkerWire
import Testing

@Suite("Memory shared with clients", .serialized)
struct SharingTests {
  /// What is shared with each connection.
  static let byteCount = 512 << 10

  @Test("holds the large answers of runs that allow it, and no others", arguments: [true, false])
  func answers(isQuick: Bool) async throws {
    try await withWorker { options in
      options.limits.quickRunTime = isQuick ? .seconds(600) : .zero
    } _: { worker in
      var client = try worker.connect(preparing: "bytes 200000", "bytes 100", "bytes 600000")
      try share(&client)
      for id in 1...4 as ClosedRange<UInt64> {
        #expect(try reply(&client, id, .run(1, isShared: true)).shared == 200_000)
      }
      #expect(try client.call(.run(5), .run(1)) == expectedAnswer(200_000))
      #expect(try client.call(.run(6), .run(2, isShared: true)) == expectedAnswer(100))
      #expect(try client.call(.run(7), .run(3, isShared: true)) == expectedAnswer(600_000))
      #expect(try metric(&client, "molt_answer_bytes_total") == 5 * 200_000 + 100 + 600_000)
    }
  }

  @Test("is not used for two answers at once")
  func overlapping() async throws {
    try await withWorker { worker in
      var client = try worker.connect(preparing: "bytes 200000", "wait")
      try share(&client)
      try client.send(.run(1), .run(2))
      worker.wait("the first run waits") { $0.started == 1 }
      #expect(try client.call(.run(2), .run(1, isShared: true)) == expectedAnswer(200_000))
      worker.database.openGate()
      #expect(try client.receive()?.payload == Array("open".utf8))
      #expect(try reply(&client, 3, .run(1, isShared: true)).shared == 200_000)
    }
  }

  @Test("is given once to a connection, and goes back with it")
  func once() async throws {
    try await withWorker { worker in
      var other = try worker.connect()
      #expect(try metric(&other, "molt_shared_bytes") == 0)
      do {
        var client = try worker.connect()
        try share(&client)
        #expect(code { _ = try client.call(.init(id: 2, .share), .share) } == .invalidInput)
        #expect(try metric(&other, "molt_shared_bytes") == Self.byteCount)
      }
      let isGivenBack = try blockUntil { try metric(&other, "molt_shared_bytes") == 0 }
      #expect(isGivenBack)
    }
  }

  @Test("has a limit for all connections together")
  func limit() async throws {
    try await withWorker { options in
      options.limits.sharedByteCount = 2 * Self.byteCount
    } _: { worker in
      var first = try worker.connect(preparing: "bytes 200000")
      var second = try worker.connect(preparing: "bytes 200000")
      var third = try worker.connect(preparing: "bytes 200000")
      try share(&first)
      try share(&second)
      #expect(code { _ = try third.call(.init(id: 1, .share), .share) } == .busy)
      let run = Request.run(1, isShared: true)
      #expect(try third.call(.run(2), run) == expectedAnswer(200_000))
      #expect(try reply(&first, 2, run).shared == 200_000)
      #expect(try metric(&third, "molt_shared_bytes") == 2 * Self.byteCount)
    }
  }

  /// Asks for memory; the descriptor that comes with the reply is dropped by the plain `recv`.
  private func share(_ client: inout WorkerClient) throws {
    let payload = try client.call(.init(id: 900, .share), .share)
    #expect(payload == [0x81, 0xA4] + Array("size".utf8) + [0xCE, 0, 8, 0, 0])
  }

  /// The one frame that answers a request, which has no payload.
  private func reply(
    _ client: inout WorkerClient,
    _ id: UInt64,
    _ request: Request
  ) throws -> ReplyHeader {
    try client.send(.run(id), request)
    let reply = try #require(try client.receive())
    #expect(reply.header.status == .done)
    #expect(reply.header.id == id)
    #expect(reply.payload.isEmpty)
    return reply.header
  }

  private func metric(_ client: inout WorkerClient, _ name: String) throws -> Int {
    let lines = try client.metrics().split(separator: "\n")
    let line = try #require(lines.first { $0.hasPrefix(name + " ") })
    return try #require(Int(line.dropFirst(name.count + 1)))
  }
}

extension Request {
  fileprivate static func run(_ statement: UInt64, isShared: Bool) -> Request {
    .run(RunRequest(statement: statement, arguments: [0x92, 0x90, 0x90], isShared: isShared))
  }
}
