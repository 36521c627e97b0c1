import Foundation
import Logging
import MoltErrors
import MoltMessagePack
import MoltWorker
import MoltWorkerWire
import Testing

@Suite("A worker's requests", .serialized)
struct RequestTests {
  @Test("are answered whole, whatever their size", arguments: [0, 1, 1000, 262_144, 3_000_000])
  func sizes(byteCount: Int) async throws {
    try await withWorker { worker in
      var client = try worker.connect(preparing: "bytes \(byteCount)")
      for id in 1...3 as ClosedRange<UInt64> {
        #expect(try client.call(.run(id), .run(1)) == expectedAnswer(byteCount))
      }
      worker.wait("every run is closed") { $0.closed == 3 }
    }
  }

  @Test("a row larger than a frame comes in several frames")
  func giantRow() async throws {
    try await withWorker { options in
      options.limits.frames.frameByteCount = 100_000
    } _: { worker in
      var client = try worker.connect(preparing: "row 1000000")
      try client.send(.run(1), .run(1))
      var answer: [UInt8] = []
      var frameCount = 0
      while let reply = try client.receive() {
        #expect(reply.payload.count <= 100_000)
        answer += reply.payload
        frameCount += 1
        if reply.header.status != .more { break }
      }
      #expect(answer == expectedAnswer(1_000_000))
      #expect(frameCount > 9)
    }
  }

  @Test("prepare, run and release may be sent without waiting")
  func pipelined() async throws {
    try await withWorker { worker in
      var client = try worker.connect()
      let prepare = PrepareRequest(statement: 1, database: "fake", sql: "bytes 10", shape: [])
      try client.send(RequestHeader(id: 1, .prepare), .prepare(prepare))
      for id in 2...50 as ClosedRange<UInt64> { try client.send(.run(id), .run(1)) }
      try client.send(RequestHeader(id: 51, .release), .release(.init(statement: 1)))
      try client.send(.run(52), .run(1))
      var answers: [UInt64: [UInt8]] = [:]
      var refused: MoltError?
      for _ in 1...52 {
        let reply = try #require(try client.receive())
        #expect(answers[reply.header.id] == nil)
        answers[reply.header.id] = reply.payload
        if reply.header.id == 52 { refused = reply.error }
        if (2...50).contains(reply.header.id) { #expect(reply.header.rows == 1) }
      }
      for id in 2...50 as ClosedRange<UInt64> { #expect(answers[id] == expectedAnswer(10)) }
      #expect(refused?.message == "statement 1 is not prepared")
    }
  }

  @Test("what a database refuses reaches the client with its place")
  func databaseErrors() async throws {
    try await withWorker { worker in
      var client = try worker.connect(preparing: "fail")
      let bad = PrepareRequest(statement: 9, database: "fake", sql: "no such", shape: [])
      #expect(throws: MoltError(.invalidInput, "the fake does not know no such", offset: 0)) {
        try client.call(RequestHeader(id: 1, .prepare), .prepare(bad))
      }
      #expect(throws: MoltError(.unsupported, "the fake cannot write this value", offset: 3)) {
        try client.call(.run(2), .run(1))
      }
      let unknown = PrepareRequest(statement: 9, database: "other", sql: "bytes 1", shape: [])
      let error = #expect(throws: MoltError.self) {
        try client.call(RequestHeader(id: 3, .prepare), .prepare(unknown))
      }
      #expect(error?.code == .invalidInput)
      #expect(error?.message.contains("only fake") == true)
    }
  }

  @Test("a greeting tells version, databases and limits")
  func hello() async throws {
    try await withWorker { worker in
      var client = try worker.connect()
      let payload = try client.call(
        RequestHeader(id: 1, .hello),
        .hello(.init(client: "test"))
      )
      var reader = MessagePackReader(payload.span)
      #expect(try reader.readMapCount() == 4)
      #expect(String(decoding: payload, as: UTF8.self).contains("molt \(moltVersion)"))
      let refused = code {
        _ = try client.call(
          RequestHeader(id: 2, .hello),
          .hello(.init(protocolVersion: 9, client: "test"))
        )
      }
      #expect(refused == .invalidInput)
    }
  }

  @Test("a health check names what is wrong")
  func health() async throws {
    try await withFolder { folder in
      let options = WorkerOptions(socketPath: folder + "/s")
      let running = try await WorkerServer(
        options,
        databases: [("good", FakeDatabase()), ("bad", FakeDatabase(fault: "the file is gone"))],
        logger: .init(label: "test") { _ in SwiftLogNoOpLogHandler() }
      ).start()
      var client = try WorkerClient(path: options.socketPath, timeout: .seconds(60))
      let reply = try client.health()
      #expect(reply.databases.map(\.alias) == ["good", "bad"])
      #expect(reply.databases.map(\.fault) == [nil, "the file is gone"])
      #expect(!reply.isHealthy)
      await running.stop()
    }
  }

  @Test("an answer over the byte limit is too large")
  func byteLimit() async throws {
    try await withWorker { options in
      options.limits.answerByteCount = 1000
    } _: { worker in
      var client = try worker.connect(preparing: "bytes 1000", "bytes 1001")
      #expect(try client.call(.run(1), .run(1)).count == 1000)
      #expect(code { _ = try client.call(.run(2), .run(2)) } == .tooLarge)
      worker.wait("both runs are closed") { $0.closed == 2 }
    }
  }
}
