/// The one table of error codes, shared by Swift, C, the worker's replies and Python.
///
/// Source: `docs/formats/errors.md`. A number never changes its meaning.
public enum ErrorCode: Int32, CaseIterable, Sendable {
  /// Nothing went wrong.
  case ok = 0
  /// The caller sent something malformed: a frame, a shape, arguments, SQL.
  case invalidInput = 1
  /// A queue or a limit on concurrent work is full.
  case busy = 2
  /// The database or the worker cannot be reached, is locked, or is draining.
  case unavailable = 3
  /// The deadline passed before the answer was complete.
  case timeout = 4
  /// The caller, or its client, went away.
  case cancelled = 5
  /// A defect or an exhausted resource.
  case `internal` = 6
  /// A native answer would not be byte-identical to Python's.
  case unsupported = 7
  /// A limit on rows, bytes or frame size was exceeded.
  case tooLarge = 8
  /// The peer may not use this worker, or the statement would write.
  case forbidden = 9

  /// The name used in documents, logs and metrics.
  public var name: String {
    switch self {
    case .ok: "ok"
    case .invalidInput: "invalid_input"
    case .busy: "busy"
    case .unavailable: "unavailable"
    case .timeout: "timeout"
    case .cancelled: "cancelled"
    case .internal: "internal"
    case .unsupported: "unsupported"
    case .tooLarge: "too_large"
    case .forbidden: "forbidden"
    }
  }

  /// The HTTP status a gateway answers with.
  public var httpStatus: Int {
    switch self {
    case .ok: 200
    case .invalidInput: 400
    case .busy: 429
    case .unavailable: 503
    case .timeout: 504
    case .cancelled: 499
    case .internal: 500
    case .unsupported: 501
    case .tooLarge: 413
    case .forbidden: 403
    }
  }
}
