internal import Synchronization

/// One run on its way to its answer's last piece.
protocol WorkerJob: AnyObject, Sendable {
  /// The client's number of the request.
  var id: UInt64 { get }
  /// The client's number of the statement.
  var statement: UInt64 { get }
  /// How far it has come.
  var progress: JobProgress { get }

  /// Goes on after a rest.
  func resume()

  /// Ends the job soon; nobody wants its answer any more.
  func abandon()
}

/// How far a job has come, for any thread to see.
final class JobProgress: Sendable {
  private let isAbandoned = Atomic<Bool>(false)
  private let startTime = Atomic<UInt64>(0)
  private let answerByteCount = Atomic<Int>(0)
  private let answerRowCount = Atomic<UInt64>(0)

  /// When the run went to its database, or 0.
  var started: UInt64 { startTime.load(ordering: .relaxed) }
  /// How many bytes of answer were made so far.
  var byteCount: Int { answerByteCount.load(ordering: .relaxed) }
  /// How many rows of answer were made so far.
  var rowCount: UInt64 { answerRowCount.load(ordering: .relaxed) }
  /// Whether nobody wants the answer any more.
  var isGivenUp: Bool { isAbandoned.load(ordering: .acquiring) }

  /// Takes note that the run goes to its database.
  ///
  /// - Returns: Whether that is the first time.
  func start(at time: UInt64) -> Bool {
    startTime.compareExchange(expected: 0, desired: time, ordering: .relaxed).exchanged
  }

  /// Takes note of a piece.
  func advance(byteCount: Int, rowCount: UInt64) {
    answerByteCount.store(self.byteCount + byteCount, ordering: .relaxed)
    answerRowCount.store(rowCount, ordering: .relaxed)
  }

  /// Takes note that nobody wants the answer any more.
  func giveUp() { isAbandoned.store(true, ordering: .releasing) }
}
