import MoltErrors
import MoltWorkerWire
import Testing

/// A machine that keeps its answers comparable: `#expect` cannot borrow a noncopyable value.
final class Bench {
  var machine: WorkerConnectionMachine

  init(_ change: (inout ConnectionLimits) -> Void = { _ in }) {
    var limits = ConnectionLimits()
    change(&limits)
    machine = WorkerConnectionMachine(limits: limits)
  }

  func prepare(_ statement: UInt64, id: UInt64) -> ConnectionAction {
    receive(id, .prepare, .prepare(prepareRequest(statement)))
  }

  func prepareRequest(_ statement: UInt64) -> PrepareRequest {
    PrepareRequest(statement: statement, database: "default", sql: "SELECT 1", shape: [])
  }

  func run(_ statement: UInt64, id: UInt64, deadline: UInt64 = 0) -> ConnectionAction {
    receive(id, .run, .run(.init(statement: statement, arguments: [])), deadline: deadline)
  }

  func release(_ statement: UInt64, id: UInt64) -> ConnectionAction {
    receive(id, .release, .release(.init(statement: statement)))
  }

  func cancel(_ id: UInt64) -> ConnectionAction { receive(id, .cancel, .cancel) }

  func receive(
    _ id: UInt64,
    _ operation: Operation,
    _ request: Request,
    deadline: UInt64 = 0
  ) -> ConnectionAction {
    let header = RequestHeader(id: id, operation, deadlineMilliseconds: deadline)
    return machine.receive(RequestMessage(header, request), arrival: 0)
  }

  func finishPrepare(_ statement: UInt64, succeeded: Bool = true) -> PrepareOutcome {
    machine.finishPrepare(statement, succeeded: succeeded)
  }

  func finish(_ id: UInt64) -> Bool { machine.finish(id) }

  func started(_ statement: UInt64, id: UInt64, seconds: UInt64 = 30) -> ConnectionAction {
    .run(id: id, .init(statement: statement, arguments: []), deadline: seconds * 1_000_000_000)
  }
}

@Suite("WorkerConnectionMachine")
struct WorkerConnectionMachineTests {
  @Test("prepares, runs, releases, and then does not know the statement")
  func life() {
    let bench = Bench()
    #expect(bench.prepare(7, id: 1) == .prepare(id: 1, bench.prepareRequest(7)))
    #expect(bench.finishPrepare(7) == PrepareOutcome(answered: 1, isKept: true))
    #expect(bench.run(7, id: 2) == bench.started(7, id: 2))
    #expect(bench.finish(2))
    #expect(!bench.finish(2))
    #expect(bench.release(7, id: 3) == .release(id: 3, statement: 7))
    #expect(bench.run(7, id: 4) == .refuse(id: 4, .statementUnknown(7)))
    #expect(bench.release(7, id: 5) == .refuse(id: 5, .statementUnknown(7)))
  }

  @Test("requests of a statement wait for its prepare and start in order")
  func order() {
    let bench = Bench()
    _ = bench.prepare(7, id: 1)
    #expect(bench.run(7, id: 2) == .nothing)
    #expect(bench.release(7, id: 3) == .nothing)
    #expect(bench.run(7, id: 4) == .nothing)
    #expect(bench.prepare(7, id: 5) == .nothing)
    #expect(bench.run(7, id: 6) == .nothing)
    let first = bench.finishPrepare(7)
    #expect(first.answered == 1 && first.isKept)
    #expect(
      first.actions == [
        bench.started(7, id: 2), .release(id: 3, statement: 7),
        .refuse(id: 4, .statementUnknown(7)), .prepare(id: 5, bench.prepareRequest(7)),
      ]
    )
    let second = bench.finishPrepare(7)
    #expect(second == PrepareOutcome(answered: 5, isKept: true, actions: [bench.started(7, id: 6)]))
  }

  @Test("a failed prepare fails what waited for it and frees its number")
  func failedPrepare() {
    let bench = Bench()
    _ = bench.prepare(7, id: 1)
    _ = bench.run(7, id: 2)
    let outcome = bench.finishPrepare(7, succeeded: false)
    #expect(
      outcome
        == PrepareOutcome(
          answered: 1,
          isKept: false,
          actions: [.refuse(id: 2, .statementUnknown(7))]
        )
    )
    #expect(bench.prepare(7, id: 3) == .prepare(id: 3, bench.prepareRequest(7)))
  }

  @Test("other statements do not wait")
  func independent() {
    let bench = Bench()
    _ = bench.prepare(1, id: 1)
    _ = bench.finishPrepare(1)
    _ = bench.prepare(2, id: 2)
    #expect(bench.run(1, id: 3) == bench.started(1, id: 3))
  }

  @Test("a statement's number is in use until it is released")
  func numberInUse() {
    let bench = Bench()
    _ = bench.prepare(7, id: 1)
    _ = bench.finishPrepare(7)
    #expect(bench.prepare(7, id: 2) == .refuse(id: 2, .statementInUse(7)))
    #expect(bench.run(7, id: 3) == bench.started(7, id: 3))
  }

  @Test("a cancel ends a run at once, and its later answer is unwanted")
  func cancelRun() {
    let bench = Bench()
    _ = bench.prepare(7, id: 1)
    _ = bench.finishPrepare(7)
    _ = bench.run(7, id: 2)
    #expect(bench.cancel(2) == .abandon(id: 2, .cancelled))
    #expect(!bench.finish(2))
    #expect(bench.cancel(2) == .nothing)
  }

  @Test("a cancelled run that waits never starts, also when its id is used again")
  func cancelWaiting() {
    let bench = Bench()
    _ = bench.prepare(7, id: 1)
    _ = bench.run(7, id: 2)
    #expect(bench.cancel(2) == .refuse(id: 2, .cancelled))
    #expect(bench.run(7, id: 2) == .nothing)
    #expect(bench.finishPrepare(7).actions == [bench.started(7, id: 2)])
  }

  @Test("a cancelled prepare drops its statement when it is there")
  func cancelPrepare() {
    let bench = Bench()
    _ = bench.prepare(7, id: 1)
    _ = bench.run(7, id: 2)
    #expect(bench.cancel(1) == .refuse(id: 1, .cancelled))
    #expect(
      bench.finishPrepare(7)
        == PrepareOutcome(
          answered: nil,
          isKept: false,
          actions: [.refuse(id: 2, .statementUnknown(7))]
        )
    )
  }

  @Test("an id in use again before its answer ends the connection")
  func duplicate() {
    let bench = Bench()
    _ = bench.prepare(7, id: 1)
    #expect(bench.run(7, id: 1) == .close(.duplicateID(1)))
  }

  @Test("a deadline counts from the arrival, ends requests in any stage, and is capped")
  func deadlines() {
    let bench = Bench { $0.longestDeadline = .seconds(60) }
    _ = bench.prepare(1, id: 1)
    _ = bench.finishPrepare(1)
    #expect(
      bench.run(1, id: 2, deadline: 5)
        == .run(id: 2, .init(statement: 1, arguments: []), deadline: 5_000_000)
    )
    #expect(bench.run(1, id: 3, deadline: .max) == bench.started(1, id: 3, seconds: 60))
    _ = bench.prepare(2, id: 4)
    _ = bench.run(2, id: 5, deadline: 7)
    let early = bench.machine.expire(now: 4_999_999)
    #expect(early.actions == [] && early.next == 5_000_000)
    let late = bench.machine.expire(now: 7_000_000)
    #expect(late.actions == [.abandon(id: 2, .timedOut), .refuse(id: 5, .timedOut)])
    #expect(late.next == 30_000_000_000)
    #expect(bench.finishPrepare(2).actions == [])
  }

  @Test("one request too many is busy and leaves the others alone")
  func unansweredLimit() {
    let bench = Bench { $0.unansweredRequests = 2 }
    _ = bench.prepare(1, id: 1)
    #expect(bench.run(1, id: 2) == .nothing)
    #expect(bench.run(1, id: 3) == .refuse(id: 3, .tooManyRequests(limit: 2)))
    #expect(bench.receive(4, .health, .health) == .refuse(id: 4, .tooManyRequests(limit: 2)))
    #expect(bench.receive(5, .metrics, .metrics) == .metrics(id: 5))
    #expect(bench.finishPrepare(1).actions == [bench.started(1, id: 2)])
    #expect(bench.run(1, id: 3) == bench.started(1, id: 3))
  }

  @Test("one statement too many is refused until one is released")
  func statementLimit() {
    let bench = Bench { $0.statements = 1 }
    _ = bench.prepare(1, id: 1)
    #expect(bench.prepare(2, id: 2) == .refuse(id: 2, .tooManyStatements(limit: 1)))
    _ = bench.finishPrepare(1)
    _ = bench.release(1, id: 3)
    #expect(bench.prepare(2, id: 4) == .prepare(id: 4, bench.prepareRequest(2)))
  }

  @Test("greets only its own protocol")
  func hello() {
    let bench = Bench()
    #expect(bench.receive(1, .hello, .hello(.init(client: "a"))) == .hello(id: 1))
    let later = HelloRequest(protocolVersion: 2, client: "a")
    #expect(bench.receive(1, .hello, .hello(later)) == .refuse(id: 1, .protocolUnknown(2)))
  }

  @Test("draining refuses new work, finishes what was accepted, and still answers the rest")
  func draining() {
    let bench = Bench()
    _ = bench.prepare(7, id: 1)
    _ = bench.run(7, id: 2)
    bench.machine.drain()
    bench.machine.drain()
    #expect(bench.run(7, id: 3) == .refuse(id: 3, .draining))
    #expect(bench.prepare(8, id: 4) == .refuse(id: 4, .draining))
    #expect(bench.receive(5, .health, .health) == .health(id: 5))
    #expect(bench.receive(6, .metrics, .metrics) == .metrics(id: 6))
    #expect(bench.finishPrepare(7).actions == [bench.started(7, id: 2)])
    #expect(bench.release(7, id: 8) == .release(id: 8, statement: 7))
    #expect(bench.finish(2))
    #expect(bench.cancel(5) == .abandon(id: 5, .cancelled))
    #expect(bench.machine.expire(now: .max).next == nil)
  }

  @Test("closing names the work to stop, once, and everything later is ignored")
  func closed() {
    let bench = Bench()
    _ = bench.prepare(7, id: 1)
    _ = bench.finishPrepare(7)
    _ = bench.run(7, id: 2)
    _ = bench.run(7, id: 3)
    _ = bench.prepare(8, id: 4)
    #expect(bench.machine.close().sorted() == [2, 3])
    #expect(bench.machine.close() == [])
    bench.machine.drain()
    #expect(bench.run(7, id: 5) == .nothing)
    #expect(bench.cancel(2) == .nothing)
    #expect(!bench.finish(2))
    #expect(bench.finishPrepare(8) == PrepareOutcome())
    #expect(bench.machine.expire(now: .max).actions == [])
  }

  @Test("a report for a statement that is not being prepared changes nothing")
  func strayReports() {
    let bench = Bench()
    #expect(bench.finishPrepare(7) == PrepareOutcome())
    #expect(!bench.finish(9))
    #expect(bench.run(7, id: 1) == .refuse(id: 1, .statementUnknown(7)))
  }

  @Test("every refusal has a sentence and a code other than ok")
  func refusals() {
    let all: [ConnectionRefusal] = [
      .tooManyRequests(limit: 1), .tooManyStatements(limit: 1), .statementUnknown(1),
      .statementInUse(1), .protocolUnknown(2), .duplicateID(1), .draining, .cancelled, .timedOut,
    ]
    for refusal in all {
      #expect(refusal.error.code != .ok && !refusal.error.message.isEmpty)
    }
    #expect(Set(all.map(\.error.message)).count == all.count)
  }
}
