import MoltErrors
import MoltWorker
import MoltWorkerWire
import Testing

@Suite("A worker's quick runs", .serialized)
struct QuickRunTests {
  @Test("are made on the thread that read the request, from the second run on")
  func thread() async throws {
    try await withWorker { worker in
      var client = try worker.connect(preparing: "bytes 1000")
      for id in 1...20 as ClosedRange<UInt64> {
        #expect(try client.call(.run(id), .run(1)) == expectedAnswer(1000))
      }
      worker.wait("every run is closed") { $0.closed == 20 }
      let threads = worker.database.counts.threads
      // A slow machine may send another run to the database threads.
      #expect(threads.count == 20)
      #expect(threads.last != threads.first)
      #expect(threads.filter { $0 == threads.last }.count > 10)
    }
  }

  @Test("that turn out slow are made again on a database thread")
  func slow() async throws {
    try await withWorker { worker in
      worker.database.openGate()
      var client = try worker.connect(preparing: "wait")
      #expect(try client.call(.run(1), .run(1)) == Array("open".utf8))
      worker.database.closeGate()
      try client.send(.run(2), .run(1))
      worker.wait("the attempt has ended and the run has begun again") {
        $0.started == 3 && $0.closed == 2
      }
      // The thread that reads sockets is free meanwhile.
      _ = try client.call(RequestHeader(id: 3, .hello), .hello(HelloRequest(client: "test")))
      worker.database.openGate()
      let reply = try client.receive()
      #expect(reply?.header.id == 2)
      #expect(reply?.payload == Array("open".utf8))
    }
  }

  @Test("keep their own deadline")
  func deadline() async throws {
    try await withWorker { worker in
      worker.database.openGate()
      var client = try worker.connect(preparing: "wait")
      #expect(try client.call(.run(1), .run(1)) == Array("open".utf8))
      worker.database.closeGate()
      #expect(code { _ = try client.call(.run(2, deadline: 1), .run(1)) } == .timeout)
      #expect(code { _ = try client.call(.run(3, deadline: 30), .run(1)) } == .timeout)
      worker.wait("nothing is left open") { $0.started == $0.closed }
    }
  }

  @Test("leave answers of several pieces to the database threads")
  func large() async throws {
    try await withWorker { worker in
      var client = try worker.connect(preparing: "bytes 600000")
      for id in 1...4 as ClosedRange<UInt64> {
        #expect(try client.call(.run(id), .run(1)) == expectedAnswer(600_000))
      }
      worker.wait("no run was made twice") { $0.started == 4 && $0.closed == 4 }
    }
  }

  @Test("give the database's error and keep the connection")
  func errors() async throws {
    try await withWorker { worker in
      var client = try worker.connect(preparing: "odd")
      #expect(try client.call(.run(1), .run(1)).isEmpty)
      let expected = MoltError(.unsupported, "the fake answers every other run", offset: 3)
      #expect(throws: expected) { try client.call(.run(2), .run(1)) }
      #expect(try client.call(.run(3), .run(1)).isEmpty)
    }
  }

  @Test("can be switched off")
  func off() async throws {
    try await withWorker { options in
      options.limits.quickRunTime = .zero
      options.loops = 1
      options.threads = 1
    } _: { worker in
      var client = try worker.connect(preparing: "bytes 10")
      for id in 1...10 as ClosedRange<UInt64> {
        #expect(try client.call(.run(id), .run(1)) == expectedAnswer(10))
      }
      worker.wait("every run is closed") { $0.closed == 10 }
      #expect(Set(worker.database.counts.threads).count == 1)
    }
  }
}
