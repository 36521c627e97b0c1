import MoltBytes
import MoltErrors
import MoltTestKit
import MoltWorker
import MoltWorkerWire
import Testing

@Suite("A worker under abuse", .serialized)
struct AbuseTests {
  @Test(
    "bytes that are no frame get an error without id, and the connection is closed",
    arguments: [([255, 255, 255, 255], .tooLarge), ([0, 0, 0, 0], .invalidInput)]
      as [([UInt8], ErrorCode)]
  )
  func noFrame(bytes: [UInt8], expected: ErrorCode) async throws {
    try await withWorker { worker in
      var client = try worker.connect()
      try client.send(bytes.span)
      let reply = try #require(try client.receive())
      #expect(reply.header.id == 0)
      #expect(reply.error?.code == expected)
      #expect(try client.receive() == nil)
    }
  }

  @Test("a frame that is no request gets an error, and the next one is answered")
  func noRequest() async throws {
    try await withWorker { worker in
      var client = try worker.connect(preparing: "bytes 5")
      try client.send([0, 0, 0, 2, 0xC1, 0xC1].span)
      let reply = try #require(try client.receive())
      #expect(reply.header.id == 0)
      #expect(reply.error?.code == .invalidInput)
      #expect(try client.call(.run(1), .run(1)) == expectedAnswer(5))
    }
  }

  @Test("an id in use gets an error without id, and the connection is closed")
  func duplicateID() async throws {
    try await withWorker { worker in
      var client = try worker.connect(preparing: "wait")
      try client.send(.run(1), .run(1))
      try client.send(.run(1), .run(1))
      let reply = try #require(try client.receive())
      #expect(reply.header.id == 0)
      #expect(reply.error?.code == .invalidInput)
      #expect(try client.receive() == nil)
      worker.wait("the run has ended") { $0.closed == $0.started }
    }
  }

  @Test("random bytes never harm others")
  func randomBytes() async throws {
    var random = SplitMix(state: 20_261_122)
    try await withWorker { worker in
      var witness = try worker.connect(preparing: "bytes 5")
      for round in 0..<300 {
        let client = try worker.connect()
        var bytes = (0..<Int.random(in: 1...200, using: &random)).map { _ in
          UInt8.random(in: 0...255, using: &random)
        }
        // Half of them with a length that makes the bytes a frame.
        if round % 2 == 0 { bytes = [0, 0, 0, UInt8(bytes.count)] + bytes }
        try? client.send(bytes.span)
        if round % 20 == 0 {
          #expect(try witness.call(.run(UInt64(round + 1)), .run(1)) == expectedAnswer(5))
        }
      }
    }
  }

  @Test("thousands of runs, cancels and deadlines at once leave nothing behind")
  func churn() async throws {
    var random = SplitMix(state: 7)
    try await withWorker { options in
      // Given up runs wait for a thread too, so that a busy machine could refuse some.
      options.limits.waitingRequests = 3000
    } _: { worker in
      var client = try worker.connect(preparing: "bytes 300000", "bytes 10")
      var open: Set<UInt64> = []
      for id in 1...3000 as ClosedRange<UInt64> {
        let deadline = UInt64.random(in: 0...3, using: &random)
        try client.send(
          .run(id, deadline: deadline),
          .run(UInt64.random(in: 1...2, using: &random))
        )
        open.insert(id)
        if Bool.random(using: &random) {
          try client.send(RequestHeader(id: id, .cancel), .cancel)
        }
        while open.count > 200 { try Self.receiveOne(&client, &open) }
      }
      while !open.isEmpty { try Self.receiveOne(&client, &open) }
      worker.wait("every run that started has ended") { $0.closed == $0.started }
      // What was given up in the queue leaves it when a thread comes to it.
      let isOver = try blockUntil {
        let page = try client.metrics()
        return page.contains("molt_requests_in_flight 1\n") && page.contains("molt_queue_depth 0\n")
      }
      #expect(isOver)
    }
  }

  /// Takes one frame, and notes that its request has ended if it has.
  static func receiveOne(_ client: inout WorkerClient, _ open: inout Set<UInt64>) throws {
    let reply = try #require(try client.receive())
    #expect(open.contains(reply.header.id), "a frame of a request that has ended")
    if reply.header.status == .more { return }
    open.remove(reply.header.id)
    if let error = reply.error {
      #expect([.cancelled, .timeout].contains(error.code), "\(error.message)")
    }
  }
}

/// A small generator whose seed is in the test.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
