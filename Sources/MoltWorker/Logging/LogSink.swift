internal import Glibc
internal import NIOPosix
internal import Synchronization

/// Writes log lines to a file descriptor without ever making a caller wait for its reader.
///
/// Lines are collected and written by a thread of their own. When the reader falls behind by more
/// than ``capacity`` bytes, lines are dropped, and the next one written says how many.
package final class LogSink: Sendable {
  private struct State {
    var bytes: [UInt8] = []
    var isScheduled = false
    var droppedCount = 0
  }

  /// How many bytes may wait for the reader: 4 MiB.
  package static let capacity = 4 << 20

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

  /// Takes one line, without its line feed.
  package func write(_ line: [UInt8]) {
    let mustSchedule = state.withLock { state -> Bool in
      guard state.bytes.count + line.count < Self.capacity else {
        state.droppedCount += 1
        return false
      }
      state.bytes.append(contentsOf: line)
      state.bytes.append(0x0A)
      defer { state.isScheduled = true }
      return !state.isScheduled
    }
    if mustSchedule { thread.submit { [self] _ in flush() } }
  }

  /// Writes what was collected; returns when the descriptor has taken it.
  package func flush() {
    writing.withLock { _ in
      let bytes = state.withLock { state -> [UInt8] in
        defer {
          state.bytes = []
          state.isScheduled = false
          state.droppedCount = 0
        }
        guard state.droppedCount > 0 else { return state.bytes }
        let note = "{\"level\":\"warning\",\"message\":\"log lines dropped\",\"count\":"
        return state.bytes + Array("\(note)\(state.droppedCount)}\n".utf8)
      }
      var rest = bytes[...]
      while !rest.isEmpty {
        let written = unsafe rest.withUnsafeBytes {
          unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
        }
        if written < 0 && errno == EINTR { continue }
        // Nobody can be told that the log is gone.
        if written <= 0 { return }
        rest = rest.dropFirst(written)
      }
    }
  }
}
