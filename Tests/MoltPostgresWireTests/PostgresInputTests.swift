import MoltPostgresWire
import Testing

@Suite("PostgresInput")
struct PostgresInputTests {
  static func bytes(_ input: borrowing PostgresInput) -> [UInt8] {
    input.unread.withUnsafeBufferPointer { Array($0) }
  }

  @Test("lends what was received and not discarded, whatever moved in between")
  func fifo() {
    var generator = SystemRandomNumberGenerator()
    let seed = UInt64.random(in: 0...UInt64.max, using: &generator)
    var random = Lehmer(seed)
    var input = PostgresInput(capacity: 64, keeping: 128)
    var expected: [UInt8] = []
    var next: UInt8 = 0
    var discarded = 0
    for _ in 0..<5000 {
      let count = Int(random.next() % 50)
      let fresh = (0..<count).map { UInt8(truncatingIfNeeded: Int(next) + $0) }
      next &+= UInt8(count)
      expected += fresh
      if random.next() % 2 == 0 {
        input.append(fresh.span)
      } else {
        let received = input.receive(reserving: count) { room in
          room.copyBytes(from: fresh)
          return count
        }
        #expect(received == count)
      }
      let used = Int(random.next() % UInt64(expected.count + 1))
      input.discard(used)
      expected.removeFirst(used)
      discarded += used
      let isEqual = Self.bytes(input) == expected && input.streamOffset == discarded
      #expect(isEqual, "seed \(seed)")
    }
  }

  @Test("gives memory back after a giant")
  func shrinks() {
    var input = PostgresInput(capacity: 64, keeping: 1024)
    input.append([UInt8](repeating: 1, count: 1 << 20).span)
    let large = input.heldByteCount
    input.discard(1 << 20)
    let small = input.heldByteCount
    #expect(large >= 1 << 20 && small == 1024)
  }

  @Test("is as before when receiving throws")
  func throwing() {
    struct Interrupted: Error {}
    var input = PostgresInput()
    input.append([1, 2].span)
    #expect(throws: Interrupted.self) {
      _ = try input.receive { (_) throws(Interrupted) -> Int in throw Interrupted() }
    }
    let bytes = Self.bytes(input)
    #expect(bytes == [1, 2])
  }

  @Test("discarding more than is there traps")
  func tooMuch() async {
    await #expect(processExitsWith: .failure) {
      var input = PostgresInput()
      input.discard(1)
    }
  }
}

/// A generator of numbers that a seed repeats.
struct Lehmer {
  private var state: UInt64

  init(_ seed: UInt64) { state = seed | 1 }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 33
  }
}
