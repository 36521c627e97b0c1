import MoltErrors
import MoltTestKit
import MoltWorker
import MoltWorkerWire
import Testing

@Suite("A worker under load", .serialized)
struct LoadTests {
  @Test("a cancel ends a run at once, in the queue and on a thread")
  func cancel() async throws {
    try await withWorker { options in
      options.threads = 1
    } _: { worker in
      var client = try worker.connect(preparing: "wait", "bytes 5")
      try client.send(.run(1), .run(1))
      worker.wait("the run has started") { $0.started == 1 }
      try client.send(.run(2), .run(1))
      for id in [2, 1] as [UInt64] {
        try client.send(RequestHeader(id: id, .cancel), .cancel)
        let reply = try #require(try client.receive())
        #expect(reply.header.id == id)
        #expect(reply.error?.code == .cancelled)
      }
      worker.wait("the run has ended") { $0.closed == 1 }
      // The queued run never starts, its id is free again, and the thread works on.
      #expect(try client.call(.run(2), .run(2)) == expectedAnswer(5))
      #expect(worker.database.counts.started == 2)
    }
  }

  @Test("a deadline counts the time in the queue")
  func deadline() async throws {
    try await withWorker { options in
      options.threads = 1
    } _: { worker in
      var client = try worker.connect(preparing: "wait", "bytes 5")
      try client.send(.run(1), .run(1))
      worker.wait("the run has started") { $0.started == 1 }
      let waiting = code { _ = try client.call(.run(2, deadline: 30), .run(2)) }
      #expect(waiting == .timeout)
      #expect(worker.database.counts.started == 1)
      try client.send(RequestHeader(id: 1, .cancel), .cancel)
      #expect(try client.receive()?.error?.code == .cancelled)
      // Where a short deadline passes before the run has begun, a longer one follows.
      for (id, deadline) in [(3, 30), (4, 300), (5, 3000), (6, 30_000)] as [(UInt64, UInt64)]
      where worker.database.counts.started == 1 {
        let running = code { _ = try client.call(.run(id, deadline: deadline), .run(1)) }
        #expect(running == .timeout)
      }
      worker.wait("the late run has ended") { $0.started > 1 && $0.closed == $0.started }
    }
  }

  @Test("a full queue answers busy at once and loses nothing")
  func busy() async throws {
    try await withWorker { options in
      options.threads = 1
      options.limits.waitingRequests = 2
    } _: { worker in
      var client = try worker.connect(preparing: "wait")
      try client.send(.run(1), .run(1))
      worker.wait("the run has started") { $0.started == 1 }
      for id in 2...5 as ClosedRange<UInt64> { try client.send(.run(id), .run(1)) }
      for id in 4...5 as ClosedRange<UInt64> {
        let reply = try #require(try client.receive())
        #expect(reply.header.id == id)
        #expect(reply.error?.code == .busy)
      }
      worker.database.openGate()
      for id in 1...3 as ClosedRange<UInt64> {
        let reply = try #require(try client.receive())
        #expect(reply.header.id == id && reply.header.status == .done)
      }
    }
  }

  @Test("a client that goes away takes its runs along")
  func disconnect() async throws {
    try await withWorker { worker in
      do {
        let client = try worker.connect(preparing: "wait")
        try client.send(.run(1), .run(1))
        try client.send(.run(2), .run(1))
        worker.wait("both runs have started") { $0.started == 2 }
      }
      worker.wait("both runs have ended") { $0.closed == 2 }
      var other = try worker.connect(preparing: "bytes 5")
      #expect(try other.call(.run(1), .run(1)) == expectedAnswer(5))
    }
  }

  @Test("a slow reader holds no thread and little memory, and gets every byte")
  func slowReader() async throws {
    let size = 32 << 20
    try await withWorker { options in
      options.threads = 1
    } _: { worker in
      var slow = try worker.connect(preparing: "bytes \(size)")
      try slow.send(.run(1), .run(1))
      worker.wait("the budget is used up") { $0.producedBytes >= 4 << 20 }
      // The only thread is free although the answer is far from complete.
      var other = try worker.connect(preparing: "bytes 5")
      #expect(try other.call(.run(1), .run(1)) == expectedAnswer(5))
      #expect(worker.database.counts.producedBytes < 8 << 20)
      var answer: [UInt8] = []
      answer.reserveCapacity(size)
      while let reply = try slow.receive() {
        answer += reply.payload
        if reply.header.status != .more { break }
      }
      #expect(answer == expectedAnswer(size))
    }
  }

  @Test("many slow readers share one budget, and all get every byte")
  func sharedBudget() async throws {
    let size = 3 << 20
    try await withWorker { options in
      options.limits.totalUnreadByteCount = 2 << 20
    } _: { worker in
      var readers: [SlowReader] = []
      for _ in 0..<20 { readers.append(SlowReader(try worker.connect(preparing: "bytes \(size)"))) }
      for reader in readers { try reader.client.send(.run(1), .run(1)) }
      worker.wait("every run has started") { $0.started == 20 }
      pause(milliseconds: 50)
      // Each may hold one piece and what the socket takes, beside the common budget.
      #expect(worker.database.counts.producedBytes < 20 * (2 << 20))
      for reader in readers { #expect(try reader.readAnswer() == expectedAnswer(size)) }
    }
  }

  @Test("a cancel ends a run that rests because of a slow reader")
  func cancelResting() async throws {
    try await withWorker { worker in
      var slow = try worker.connect(preparing: "bytes \(64 << 20)")
      try slow.send(.run(1), .run(1))
      worker.wait("the budget is used up") { $0.producedBytes >= 4 << 20 }
      try slow.send(RequestHeader(id: 1, .cancel), .cancel)
      worker.wait("the run has ended") { $0.closed == 1 }
      var last: WorkerClient.Reply?
      while last?.header.status != .error { last = try slow.receive() }
      #expect(last?.error?.code == .cancelled)
      #expect(worker.database.counts.producedBytes < 8 << 20)
    }
  }

  @Test("a reader that takes nothing is closed, and its run ends")
  func stalledReader() async throws {
    try await withWorker { options in
      options.limits.readerTimeout = .milliseconds(400)
    } _: { worker in
      let stalled = try worker.connect(preparing: "bytes \(64 << 20)")
      try stalled.send(.run(1), .run(1))
      worker.wait("the run has ended") { $0.closed == 1 }
      #expect(worker.database.counts.producedBytes < 8 << 20)
      var other = try worker.connect()
      let page = try other.call(RequestHeader(id: 1, .metrics), .metrics)
      let text = String(decoding: page, as: UTF8.self)
      #expect(text.contains("molt_slow_readers_closed_total 1\n"))
    }
  }

  @Test("a reader that never reads replies is not read itself")
  func replyFlood() async throws {
    try await withWorker { options in
      options.limits.unreadReplyByteCount = 64 << 10
    } _: { worker in
      var flood = try worker.connect(timeout: .milliseconds(300))
      var sent: UInt64 = 0
      let refused = code {
        while sent < 1_000_000 {
          sent += 1
          try flood.send(RequestHeader(id: sent, .metrics), .metrics)
        }
      }
      // The socket fills up, instead of the worker's memory.
      #expect(refused != nil && sent < 1_000_000)
      var received: UInt64 = 0
      while received + 1 < sent, let reply = try patiently({ try flood.receive() }) {
        received += 1
        #expect(reply.header.id == received)
      }
      #expect(received + 1 >= sent)
    }
  }

  @Test("a thousand idle connections leave room for one that works")
  func idleConnections() async throws {
    DescriptorLimit.raise()
    try await withWorker { worker in
      var idle: [IdleConnection] = []
      for _ in 0..<1000 { idle.append(try IdleConnection(worker.path)) }
      var client = try worker.connect(preparing: "bytes 5")
      #expect(try client.call(.run(1), .run(1)) == expectedAnswer(5))
      // Another event loop may come later to a connection that was accepted before.
      let isCounted = try blockUntil { try client.metrics().contains("molt_connections 1001\n") }
      #expect(isCounted)
      #expect(idle.count == 1000)
    }
  }

  @Test("one connection too many is told so and closed")
  func connectionLimit() async throws {
    try await withWorker { options in
      options.limits.connections = 1
    } _: { worker in
      var first = try worker.connect(preparing: "bytes 5")
      var second = try worker.connect()
      #expect(try second.receive()?.error?.code == .busy)
      #expect(try second.receive() == nil)
      #expect(try first.call(.run(1), .run(1)) == expectedAnswer(5))
    }
  }
}

/// Tries again where the connection's own timeout, which is meant for sending, is too short.
private func patiently<Result>(_ receive: () throws -> Result) throws -> Result {
  let end = ContinuousClock.now + .seconds(60)
  while true {
    do {
      return try receive()
    } catch let error as MoltError where error.code == .timeout {
      if ContinuousClock.now >= end { throw error }
    }
  }
}

/// A connection that says nothing; an array cannot hold noncopyable clients.
final class IdleConnection {
  private let client: WorkerClient

  init(_ path: String) throws { client = try WorkerClient(path: path) }
}

/// A client that reads when it is told to.
final class SlowReader {
  var client: WorkerClient

  init(_ client: consuming WorkerClient) { self.client = client }

  /// Reads to the end of one answer.
  func readAnswer() throws -> [UInt8] {
    var answer: [UInt8] = []
    while let reply = try client.receive() {
      answer += reply.payload
      if reply.header.status != .more { break }
    }
    return answer
  }
}
