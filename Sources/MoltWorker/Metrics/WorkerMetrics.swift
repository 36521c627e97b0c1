internal import MoltErrors
internal import MoltWorkerWire
internal import Synchronization

/// What the worker has done so far, counted.
final class WorkerMetrics: Sendable {
  /// What is known of the requests of one operation.
  struct OperationCounts {
    /// How many requests ended with each code, by the code's number.
    var codes = [UInt64](repeating: 0, count: ErrorCode.allCases.count)
    var latency = LatencyHistogram()
  }

  struct Totals {
    var operations = [OperationCounts](repeating: .init(), count: Operation.allCases.count)
    /// Frames and headers that name no operation.
    var malformed: UInt64 = 0
    var answerBytes: UInt64 = 0
    var answerRows: UInt64 = 0
    var acceptedConnections: UInt64 = 0
    var slowReadersClosed: UInt64 = 0
  }

  private let totals = Mutex(Totals())
  /// Open connections.
  let connections = Gauge()
  /// Statements of all connections.
  let statements = Gauge()
  /// Bytes of memory shared with clients.
  let sharedBytes = Gauge()
  /// Requests accepted and not answered.
  let inFlight = Gauge()
  /// Requests that wait for a database thread or a connection.
  let waiting = Gauge()

  /// The totals so far.
  var snapshot: Totals { totals.withLock { $0 } }

  /// Takes note of an answered request.
  func record(_ record: RequestRecord, _ code: ErrorCode, duration: UInt64) {
    let operation = Operation.allCases.firstIndex(of: record.operation) ?? 0
    totals.withLock { totals in
      totals.operations[operation].codes[Int(code.rawValue)] += 1
      totals.operations[operation].latency.record(nanoseconds: duration)
      totals.answerBytes += UInt64(record.byteCount)
      totals.answerRows += record.rowCount
    }
  }

  /// Takes note of a frame that is no request.
  func recordMalformed() { totals.withLock { $0.malformed += 1 } }

  /// Takes note of a new connection.
  func recordConnection() { totals.withLock { $0.acceptedConnections += 1 } }

  /// Takes note of a connection closed because its reader took nothing.
  func recordSlowReader() { totals.withLock { $0.slowReadersClosed += 1 } }

  /// Counts a request into the queue of the database threads.
  ///
  /// - Returns: False, and nothing counted, when `limit` requests wait already.
  func enterQueue(limit: Int) -> Bool {
    if waiting.add(1) <= limit { return true }
    leaveQueue()
    return false
  }

  /// Counts a request out of the queue.
  func leaveQueue() { waiting.add(-1) }
}
