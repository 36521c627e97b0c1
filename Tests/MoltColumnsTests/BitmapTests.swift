import MoltColumns
import Testing

/// A small generator with a seed, so that a failure can be repeated.
struct Random: RandomNumberGenerator {
  var state: UInt64

  init(_ seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state ^ (state >> 33)) &* 0xFF51_AFD7_ED55_8CCD
  }
}

extension ColumnMemory {
  /// The first bits, the lowest of each byte first.
  func bits(_ count: Int) -> [Bool] {
    (0..<count).map { bytes[$0 / 8] >> UInt8($0 % 8) & 1 == 1 }
  }

  var array: [UInt8] { bytes.withUnsafeBufferPointer { Array($0) } }
}

@Suite("Bitmaps")
struct BitmapTests {
  @Test("bits come back in whatever portions they were appended", arguments: 0..<200)
  func portions(seed: Int) {
    var random = Random(UInt64(seed))
    var builder = BitmapBuilder()
    var expected: [Bool] = []
    for _ in 0..<Int.random(in: 0...40, using: &random) {
      let count = Int.random(in: 0...64, using: &random)
      // Bits behind the portion are noise.
      let bits = random.next()
      builder.append(bits: bits, count: count)
      expected += (0..<count).map { bits >> UInt64($0) & 1 == 1 }
    }
    let count = builder.count
    #expect(count == expected.count)
    let memory = builder.finish()
    #expect(memory.byteCount == (count + 7) / 8)
    #expect(memory.bits(count) == expected)
    // Behind the last bit there are zeros.
    #expect(memory.bits(memory.byteCount * 8).dropFirst(count).allSatisfy { !$0 })
  }

  @Test("a finished builder starts anew")
  func anew() {
    var builder = BitmapBuilder()
    builder.append(repeating: true, count: 70)
    #expect(builder.finish().bits(70).allSatisfy { $0 })
    builder.append(bits: 0b10, count: 2)
    #expect(builder.finish().array == [0b10])
    #expect(builder.finish().array.isEmpty)
  }

  @Test("validity has a bitmap only when something is null", arguments: 0..<200)
  func validity(seed: Int) {
    var random = Random(UInt64(seed))
    let share = Int.random(in: 0...20, using: &random)
    let slices = (0..<Int.random(in: 0...300, using: &random)).map { _ in
      let isNull = Int.random(in: 0..<20, using: &random) < share
      return isNull ? ByteSlice.null : ByteSlice(start: 0, count: 0)
    }
    var builder = ValidityBuilder()
    let cut = Int.random(in: 0...slices.count, using: &random)
    builder.append(slices.span.extracting(..<cut))
    builder.append(slices.span.extracting(cut...))
    let count = builder.count
    #expect(count == slices.count)
    let (bitmap, nullCount) = builder.finish()
    #expect(nullCount == slices.count { $0.isNull })
    #expect((bitmap == nil) == (nullCount == 0))
    if let bitmap { #expect(bitmap.bits(count) == slices.map { !$0.isNull }) }
  }
}
