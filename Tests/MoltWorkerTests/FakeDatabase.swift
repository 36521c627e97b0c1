import Glibc
import MoltBytes
import MoltErrors
import MoltWorker
import Synchronization

/// A database in memory whose SQL says how a run behaves.
///
///     bytes 1000     an answer of 1,000 bytes, each the low byte of its offset, one row
///     row 20000000   the same, as one row that cannot be paused in
///     wait           waits until it is cancelled or its gate opens, then answers "open"
///     fail           the first piece is an error
///     odd            every other run of all is an error, the others are empty
final class FakeDatabase: WorkerDatabase {
  /// What happened to the runs of a database.
  struct Counts: Equatable {
    var started = 0
    var closed = 0
    var producedBytes = 0
    /// The threads of the runs, in the order of their first pieces.
    var threads: [pthread_t] = []
  }

  private let state = Mutex(Counts())
  private let gate = Atomic<Bool>(false)
  let faultText: String?

  init(fault: String? = nil) { faultText = fault }

  var counts: Counts { state.withLock { $0 } }

  var isOpen: Bool { gate.load(ordering: .acquiring) }

  func closeGate() { gate.store(false, ordering: .releasing) }

  func openGate() { gate.store(true, ordering: .releasing) }

  func note(_ change: (inout Counts) -> Void) { state.withLock { change(&$0) } }

  func prepare(sql: String, shape: [UInt8]) throws(MoltError) -> WorkerStatement {
    let words = sql.split(separator: " ").map(String.init)
    let size = words.count > 1 ? Int(words[1]) ?? 0 : 0
    guard let verb = words.first, ["bytes", "row", "wait", "fail", "odd"].contains(verb) else {
      throw MoltError(.invalidInput, "the fake does not know \(sql)", offset: 0)
    }
    return .onThread(FakeStatement(database: self, verb: verb, size: size))
  }

  func fault() -> String? { faultText }
}

struct FakeStatement: ThreadStatement {
  let database: FakeDatabase
  let verb: String
  let size: Int

  func makeRun(arguments: [UInt8], deadline: UInt64, rowLimit: UInt64) -> any ThreadRun {
    FakeRun(self, deadline: deadline)
  }
}

/// A run of the fake; its mutable state sits behind a lock because tests look at it.
final class FakeRun: ThreadRun {
  private struct State {
    var offset = 0
    var isStarted = false
    var isClosed = false
  }

  private let statement: FakeStatement
  private let deadline: UInt64
  private let state = Mutex(State())
  private let cancelled = Atomic<Bool>(false)

  init(_ statement: FakeStatement, deadline: UInt64) {
    self.statement = statement
    self.deadline = deadline
  }

  var rowCount: UInt64 { 1 }

  func cancel() { cancelled.store(true, ordering: .releasing) }

  func next(into writer: inout ByteWriter, byteCount: Int) throws(MoltError) -> Bool {
    if state.withLock({ state in
      defer { state.isStarted = true }
      return !state.isStarted
    }) {
      statement.database.note {
        $0.started += 1
        $0.threads.append(pthread_self())
      }
    }
    switch statement.verb {
    case "fail": throw MoltError(.unsupported, "the fake cannot write this value", offset: 3)
    case "odd":
      guard statement.database.counts.started % 2 == 1 else {
        throw MoltError(.unsupported, "the fake answers every other run", offset: 3)
      }
      return false
    case "wait":
      while !statement.database.isOpen {
        if cancelled.load(ordering: .acquiring) { throw MoltError(.cancelled, "cancelled") }
        if monotonicNanoseconds() >= deadline { throw MoltError(.timeout, "too late") }
        pause(milliseconds: 1)
      }
      writer.append("open")
      return false
    default:
      if cancelled.load(ordering: .acquiring) { throw MoltError(.cancelled, "cancelled") }
      return write(into: &writer, byteCount: statement.verb == "row" ? .max : byteCount)
    }
  }

  private func write(into writer: inout ByteWriter, byteCount: Int) -> Bool {
    let start = state.withLock { $0.offset }
    let end = start + min(byteCount, statement.size - start)
    for offset in start..<end { writer.append(UInt8(truncatingIfNeeded: offset)) }
    state.withLock { $0.offset = end }
    statement.database.note { $0.producedBytes += end - start }
    return end < statement.size
  }

  func close() {
    let isFirst = state.withLock { state in
      defer { state.isClosed = true }
      return state.isStarted && !state.isClosed
    }
    if isFirst { statement.database.note { $0.closed += 1 } }
  }
}

/// The time of the monotonic clock in nanoseconds.
private func monotonicNanoseconds() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// The answer of `bytes` and `row`.
func expectedAnswer(_ byteCount: Int) -> [UInt8] {
  (0..<byteCount).map { UInt8(truncatingIfNeeded: $0) }
}
