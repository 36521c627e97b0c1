internal import Glibc
internal import Logging
internal import NIOPosix
internal import Synchronization

/// Writes log events to a file descriptor without ever making a caller wait for its reader.
///
/// A thread of its own formats and writes them, a twentieth of a second after the first at the
/// latest, so that a busy worker wakes it twenty times a second and not once per request. When the
/// reader falls behind by more than ``capacity`` events, events are dropped, and the next line says
/// how many. A sink lives as long as the process.
package final class LogSink: Sendable {
  private struct State {
    var events: [(time: timespec, event: LogEvent)] = []
    var isScheduled = false
    var droppedCount = 0
  }

  /// How many events may wait for the reader: 10,000.
  package static let capacity = 10_000
  private static let delayMicroseconds: UInt32 = 50_000

  private let descriptor: CInt
  private let state = Mutex(State())
  private let writing = Mutex(())
  private let thread = NIOThreadPool(numberOfThreads: 1)

  /// Creates a sink.
  ///
  /// - Parameter descriptor: Where lines go; standard error by default.
  package init(descriptor: CInt = STDERR_FILENO) {
    self.descriptor = descriptor
    thread.start()
  }

  /// Takes one event, with all metadata that its line shows.
  func write(_ event: LogEvent) {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    let mustSchedule = state.withLock { state -> Bool in
      guard state.events.count < Self.capacity else {
        state.droppedCount += 1
        return false
      }
      state.events.append((time, event))
      defer { state.isScheduled = true }
      return !state.isScheduled
    }
    guard mustSchedule else { return }
    thread.submit { [self] _ in
      usleep(Self.delayMicroseconds)
      flush()
    }
  }

  /// Writes what was collected; returns when the descriptor has taken it.
  package func flush() {
    writing.withLock { _ in
      let taken = state.withLock { state -> State in
        defer { state = State() }
        return state
      }
      var bytes: [UInt8] = []
      for (time, event) in taken.events {
        bytes += JSONLine.bytes(of: event, at: time)
        bytes.append(UInt8(ascii: "\n"))
      }
      if taken.droppedCount > 0 {
        let note = "{\"level\":\"warning\",\"message\":\"log lines dropped\",\"count\":"
        bytes += Array("\(note)\(taken.droppedCount)}\n".utf8)
      }
      write(bytes)
    }
  }

  private func write(_ bytes: [UInt8]) {
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
      }
      if count < 0 && errno == EINTR { continue }
      // Nobody can be told that the log is gone.
      if count <= 0 { return }
      written += count
    }
  }
}
