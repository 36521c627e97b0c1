import Glibc
import MoltEventLoops
import NIOCore
import Testing

@Suite("Looking out for a socket")
struct LookOutTests {
  /// Looks at the reading end of a pipe that holds some bytes.
  private func look(_ byteCount: Int, patience: TimeAmount) -> (events: Int16, TimeAmount) {
    var ends: [CInt] = [0, 0]
    pipe(&ends)
    defer { for end in ends { close(end) } }
    _ = write(ends[1], [UInt8](repeating: 0, count: byteCount), byteCount)
    var descriptors = [pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)]
    var lookOut = LookOut(patience: patience)
    let start = NIODeadline.now()
    lookOut.look(at: &descriptors)
    return (descriptors[0].revents, NIODeadline.now() - start)
  }

  @Test("ends as soon as there is something")
  func something() {
    let (events, time) = look(1, patience: .hours(1))
    #expect(events == Int16(POLLIN))
    #expect(time < .minutes(1))
  }

  @Test("ends when patience does, and not much later")
  func nothing() {
    let (events, time) = look(0, patience: .milliseconds(1))
    #expect(events == 0)
    #expect(time < .seconds(10))
  }
}
