internal import Logging
internal import MoltErrors
internal import MoltWorkerWire

/// What the log and the metrics say about one request.
///
/// Never its SQL and never its parameters: those may hold personal data.
struct RequestRecord {
  var id: UInt64
  var operation: Operation
  var trace: String
  /// When the request arrived, in nanoseconds of the monotonic clock.
  var arrival: UInt64
  var database = ""
  var rowCount: UInt64 = 0
  var byteCount = 0
  /// How long the request waited for a database thread, in nanoseconds.
  var queueTime: UInt64 = 0

  init(_ header: RequestHeader, arrival: UInt64) {
    id = header.id
    operation = header.operation
    trace = header.trace
    self.arrival = arrival
  }

  /// The fields of the log line.
  func metadata(connection: Int, _ code: ErrorCode, duration: UInt64) -> Logger.Metadata {
    var fields: Logger.Metadata = [
      "connection": .stringConvertible(connection),
      "request": .stringConvertible(id),
      "op": .string(operation.rawValue),
      "code": .string(code.name),
      "rows": .stringConvertible(rowCount),
      "bytes": .stringConvertible(byteCount),
      "duration_us": .stringConvertible(duration / 1000),
      "queue_us": .stringConvertible(queueTime / 1000),
    ]
    if !database.isEmpty { fields["database"] = .string(database) }
    if !trace.isEmpty { fields["trace"] = .string(trace) }
    return fields
  }
}
