import Glibc
import MoltWaiting
import Testing

@Suite("Looking out for a socket")
struct LookOutTests {
  /// Looks at the reading end of a pipe that holds some bytes.
  private func look(_ byteCount: Int, patience: UInt64) -> (events: Int16, Duration) {
    var ends: [CInt] = [0, 0]
    pipe(&ends)
    defer { for end in ends { close(end) } }
    _ = write(ends[1], [UInt8](repeating: 0, count: byteCount), byteCount)
    var descriptors = [pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)]
    var lookOut = LookOut(patience: patience)
    let time = ContinuousClock().measure { lookOut.look(at: &descriptors) }
    return (descriptors[0].revents, time)
  }

  @Test("ends as soon as there is something", arguments: [3_600_000_000_000, .max])
  func something(patience: UInt64) {
    let (events, time) = look(1, patience: patience)
    #expect(events == Int16(POLLIN))
    #expect(time < .seconds(60))
  }

  @Test("ends when patience does, and not much later")
  func nothing() {
    let (events, time) = look(0, patience: 1_000_000)
    #expect(events == 0)
    #expect(time < .seconds(10))
  }
}
