import MoltErrors
import MoltTestKit
import MoltWorker
import MoltWorkerWire
import Testing

@Suite("A worker's quick runs", .serialized)
struct QuickRunTests {
  @Test("are made on the thread that read the request, from the second run on")
  func thread() async throws {
    try await withWorker { options in
      options.limits.quickRunTime = .seconds(600)
      options.threads = 1
      options.loops = 1
    } _: { worker in
      var client = try worker.connect(preparing: "bytes 1000")
      var runCount = 0
      // A request that is there before the loop's round is over goes to the database thread; a
      // machine that stops the loop in its rounds may let that happen to many of twenty.
      let areQuick = try blockUntil {
        for id in 1...20 as ClosedRange<UInt64> {
          let answer = try client.call(.run(id), .run(1))
          #expect(answer == expectedAnswer(1000))
        }
        runCount += 20
        let threads = worker.database.counts.threads
        return threads.suffix(20).filter { $0 != threads.first }.count > 10
      }
      #expect(areQuick)
      worker.wait("every run is closed") { $0.closed == runCount }
      let threads = worker.database.counts.threads
      #expect(threads.count == runCount && Set(threads).count == 2)
    }
  }

  @Test("that turn out slow are made again on a database thread")
  func slow() async throws {
    try await withWorker { options in
      options.limits.quickRunTime = .milliseconds(100)
      options.threads = 1
      options.loops = 1
    } _: { worker in
      var client = try worker.connect(preparing: "wait")
      // A first run that was not quick, on a machine that stopped for a moment, allows no attempt.
      let isMadeAgain = try blockUntil {
        worker.database.openGate()
        let answer = try client.call(.run(1), .run(1))
        #expect(answer == Array("open".utf8))
        worker.database.closeGate()
        let before = worker.database.counts.started
        try client.send(.run(2), .run(1))
        worker.wait("the run waits on the database thread, and no attempt does") {
          $0.started > before && $0.started == $0.closed + 1 && $0.threads.last == $0.threads.first
        }
        // The thread that reads sockets is free meanwhile.
        _ = try client.call(RequestHeader(id: 3, .hello), .hello(HelloRequest(client: "test")))
        let startCount = worker.database.counts.started - before
        worker.database.openGate()
        let reply = try client.receive()
        #expect(reply?.header.id == 2)
        #expect(reply?.payload == Array("open".utf8))
        return startCount == 2
      }
      #expect(isMadeAgain)
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
    try await withWorker { options in
      options.limits.quickRunTime = .seconds(600)
    } _: { worker in
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
