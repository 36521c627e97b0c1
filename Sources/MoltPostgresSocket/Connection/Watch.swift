internal import CMoltPlatform
internal import MoltRows

/// When waiting must end: a deadline, a flag, or both.
struct Watch {
  /// `CLOCK_MONOTONIC` nanoseconds; 0: never.
  var deadline: UInt64
  var cancellation: Cancellation?

  init(_ options: RunOptions) {
    deadline = options.deadline
    cancellation = options.cancellation
  }

  /// Ends after a while.
  init(_ duration: Duration) {
    let parts = duration.components
    let nanoseconds =
      UInt64(clamping: parts.seconds).multipliedReportingOverflow(by: 1_000_000_000)
    let whole = nanoseconds.overflow ? UInt64.max / 2 : nanoseconds.partialValue
    deadline = molt_monotonic_nanoseconds() &+ min(whole, UInt64.max / 2)
    deadline &+= UInt64(clamping: parts.attoseconds / 1_000_000_000)
    cancellation = nil
  }

  /// The same, but ending after `duration` at the latest.
  func within(_ duration: Duration) -> Watch {
    var earlier = Watch(duration)
    earlier.cancellation = cancellation
    if deadline != 0 { earlier.deadline = min(earlier.deadline, deadline) }
    return earlier
  }

  /// Why waiting must end now; nil while it may go on.
  @inline(__always)
  var reason: PostgresError? {
    if let cancellation, cancellation.isCancelled { return .cancelled }
    if deadline != 0 && molt_monotonic_nanoseconds() >= deadline { return .timeout }
    return nil
  }

  /// How many milliseconds of a wait are left, rounded up; `most` at most.
  func milliseconds(atMost most: Int32) -> Int32 {
    guard deadline != 0 else { return most }
    let now = molt_monotonic_nanoseconds()
    guard deadline > now else { return 0 }
    return Int32(min(UInt64(most), (deadline - now + 999_999) / 1_000_000))
  }
}
