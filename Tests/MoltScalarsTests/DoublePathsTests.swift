import CMoltIntrinsics
import MoltScalars
import Testing

/// Every way that floats and digits are written on some CPU, beside the way that runs on each.
@Suite("Paths of doubles and digits")
struct DoublePathsTests {
  static let notations = [
    MOLT_DOUBLE_JSON, MOLT_DOUBLE_PYTHON, MOLT_DOUBLE_ECMASCRIPT,
  ].map { Int32($0) }

  /// Bit patterns from everywhere: random ones, powers of two, decimals, integers, and neighbours.
  static let patterns: [UInt64] = {
    var patterns: [UInt64] = []
    for _ in 0..<100_000 {
      let bits = UInt64.random(in: 0...(.max))
      patterns.append(bits)
      patterns.append((Double(bits >> 32) / 1e6).bitPattern)
      patterns.append((0x1p-53 * Double(bits >> 11)).bitPattern)
      patterns.append(Double(Int64(bitPattern: bits) >> Int64(bits & 63)).bitPattern)
    }
    for biased in UInt64(0)...0x7FF {
      for neighbour in -2...2 as ClosedRange<Int64> {
        patterns.append(UInt64(bitPattern: Int64(bitPattern: biased << 52) &+ neighbour))
      }
    }
    return patterns
  }()

  @Test("the path for any CPU and the vector paths write the same doubles", arguments: notations)
  func sameText(notation: Int32) throws {
    let paths = (0..<MOLT_DOUBLE_PATH_COUNT).compactMap { molt_double_path_at(Int32($0)) }
    let portable = try #require(paths.first?.pointee.store)
    var mismatches: [UInt64] = []
    for bits in Self.patterns {
      let expected = text { portable(bits, notation, $0) }
      for path in paths {
        if text({ path.pointee.store(bits, notation, $0) }) != expected { mismatches.append(bits) }
      }
    }
    #expect(mismatches.prefix(5) == [])
  }

  @Test("two doubles are written as one after the other", arguments: notations)
  func two(notation: Int32) {
    var mismatches: [UInt64] = []
    for path in (0..<MOLT_DOUBLE_PATH_COUNT).compactMap({ molt_double_path_at(Int32($0)) }) {
      for (first, second) in zip(Self.patterns, Self.patterns.shuffled()) {
        let gap = UInt32(first & 1) + 1
        let one = text { path.pointee.store(first, notation, $0) }
        let other = text { path.pointee.store(second, notation, $0) }
        let both = text { path.pointee.store_two(first, second, notation, gap, $0) }
        let expected = one == "" || other == "" ? "" : one + (gap == 1 ? "," : ", ") + other
        if both != expected { mismatches.append(first) }
      }
    }
    #expect(mismatches.prefix(5) == [])
  }

  @Test("sixteen digits are cut the same with vectors and with words")
  func sixteenDigits() {
    var mismatches: [UInt64] = []
    for _ in 0..<200_000 {
      let power = (0..<Int.random(in: 0...16)).reduce(1 as UInt64) { power, _ in power * 10 }
      let value = UInt64.random(in: 0..<10_000_000_000_000_000) / power * power
      let last = UInt64.random(in: 0...9) &* UInt64.random(in: 0...1)
      let point = UInt32.random(in: 1...15)
      let digits = molt_sixteen_digits(value)
      let portable = molt_sixteen_digits_portable(value)
      let characters = String(value + 10_000_000_000_000_000).dropFirst()
      let split = characters.prefix(Int(point)) + "." + characters.dropFirst(Int(point))
      let count =
        last != 0
        ? 17
        : max(
          1,
          characters.lastIndex { $0 != "0" }.map {
            characters.distance(from: characters.startIndex, to: $0) + 1
          } ?? 1
        )
      let isRight =
        text {
          molt_store_digits(digits, $0); return 16
        } == characters
        && text {
          molt_store_digits_portable(portable, $0); return 16
        } == characters
        && text {
          molt_store_digits_around_point(digits, point, $0); return 17
        } == split
        && text {
          molt_store_digits_around_point_portable(portable, point, $0); return 17
        } == split
        && molt_count_digits(digits, last) == count
        && molt_count_digits_portable(portable, last) == count
      if !isRight { mismatches.append(value) }
    }
    #expect(mismatches.prefix(5) == [])
  }

  @Test(
    "what one multiplication leaves open is refused",
    arguments: [
      0, -0.0, .leastNonzeroMagnitude, 0x1p-1023, .infinity, -.infinity, .nan, 0x1p-1022,
      1_125_899_906_842_624.25,
    ] as [Double]
  )
  func refused(value: Double) {
    for path in (0..<MOLT_DOUBLE_PATH_COUNT).compactMap({ molt_double_path_at(Int32($0)) }) {
      #expect(text { path.pointee.store(value.bitPattern, Self.notations[0], $0) } == "")
    }
  }

  /// What is written to memory of the size that is asked for two floats, and the memory behind it
  /// must stay as it is.
  private func text(_ write: (UnsafeMutablePointer<UInt8>) -> UInt32) -> String {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 112) { memory in
      memory.initialize(repeating: 0xA5)
      guard let start = memory.baseAddress else { return "" }
      let count = Int(write(start))
      #expect(memory.dropFirst(96).allSatisfy { $0 == 0xA5 })
      return String(decoding: memory.prefix(count), as: UTF8.self)
    }
  }
}
