internal import CMoltPlatform
internal import CSQLite
internal import Glibc
internal import MoltRows

/// What SQLite's callbacks look at while a statement runs: when it must stop, and why it did.
///
/// One per connection, reachable from C by its address for as long as the connection lives.
final class Interrupt {
  /// `CLOCK_MONOTONIC` nanoseconds; 0: no deadline.
  var deadline: UInt64 = 0
  var cancellation: Cancellation?
  /// When the wait for a lock began; 0: no wait.
  private var lockWaitStart: UInt64 = 0
  private let busyTimeout: UInt64

  init(busyTimeout: Duration) {
    let parts = busyTimeout.components
    self.busyTimeout =
      UInt64(max(0, parts.seconds)) * 1_000_000_000
      + UInt64(max(0, parts.attoseconds / 1_000_000_000))
  }

  /// Why the running statement must end now; nil while it may go on.
  var reason: SQLiteError? {
    if let cancellation, cancellation.isCancelled { return .cancelled }
    if deadline != 0 && molt_monotonic_nanoseconds() >= deadline { return .timeout }
    return nil
  }

  /// Waits a little for another process's lock.
  ///
  /// - Parameter attempt: How often SQLite has asked for this lock, from 0.
  /// - Returns: Whether to try again.
  func waitForLock(attempt: Int32) -> Bool {
    let now = molt_monotonic_nanoseconds()
    if attempt == 0 { lockWaitStart = now }
    let pause: UInt64 = attempt < 10 ? 1_000_000 : 10_000_000
    guard now - lockWaitStart < busyTimeout, reason == nil else { return false }
    // Of a wait that would end behind the deadline only the rest is spent.
    let rest = deadline == 0 ? pause : min(pause, deadline - now)
    usleep(UInt32(rest / 1_000))
    return true
  }

  /// How many virtual-machine instructions run between two looks at the clock.
  private static let instructionsBetweenChecks: Int32 = 4_000

  /// Makes SQLite ask this object.
  func attach(to database: OpaquePointer) {
    // Safety: the connection owns this object and closes the database before it lets go of it.
    let address = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe sqlite3_progress_handler(
      database,
      Self.instructionsBetweenChecks,
      { context in
        guard let context = unsafe context else { return 0 }
        let interrupt = unsafe Unmanaged<Interrupt>.fromOpaque(context).takeUnretainedValue()
        return interrupt.reason == nil ? 0 : 1
      },
      address
    )
    unsafe sqlite3_busy_handler(
      database,
      { context, attempt in
        guard let context = unsafe context else { return 0 }
        let interrupt = unsafe Unmanaged<Interrupt>.fromOpaque(context).takeUnretainedValue()
        return interrupt.waitForLock(attempt: attempt) ? 1 : 0
      },
      address
    )
  }
}
