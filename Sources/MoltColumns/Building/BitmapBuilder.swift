/// Bits one behind the other, the lowest bit of a byte first.
///
///     append(bits: 0b101, count: 3); append(bits: 0b11, count: 2)
///     finish()   // one byte, 0b11101
public struct BitmapBuilder: ~Copyable {
  private var words: ColumnBuffer
  /// The bits behind the last whole word.
  private var pending: UInt64 = 0
  /// How many bits were appended.
  public private(set) var count = 0

  /// Creates a builder without bits.
  public init() { words = ColumnBuffer() }

  /// Appends up to 64 bits.
  ///
  /// - Parameters:
  ///   - bits: The bits, from the lowest on; those behind the last are ignored.
  ///   - bitCount: How many; 0 to 64.
  /// - Precondition: `bitCount` lies between 0 and 64.
  /// - Complexity: O(1) amortised
  public mutating func append(bits: UInt64, count bitCount: Int) {
    precondition(bitCount >= 0 && bitCount <= 64, "a word has 64 bits")
    let bits = bitCount == 64 ? bits : bits & (1 << UInt64(bitCount) - 1)
    let used = count & 63
    pending |= bits << UInt64(used)
    if used + bitCount >= 64 {
      words.append(pending.littleEndian)
      pending = used == 0 ? 0 : bits >> UInt64(64 - used)
    }
    count += bitCount
  }

  /// Appends the same bit a number of times.
  ///
  /// - Complexity: O(`bitCount`)
  public mutating func append(repeating bit: Bool, count bitCount: Int) {
    var left = bitCount
    while left > 0 {
      append(bits: bit ? .max : 0, count: min(left, 64))
      left -= 64
    }
  }

  /// Gives the bits away, in whole bytes, and is empty again.
  public mutating func finish() -> ColumnMemory {
    let rest = count & 63
    for index in 0..<((rest + 7) / 8) {
      words.append(UInt8(truncatingIfNeeded: pending >> UInt64(8 * index)))
    }
    pending = 0
    count = 0
    return words.finish()
  }
}

/// Which values are there.
///
/// As long as all are, it has no memory.
public struct ValidityBuilder: ~Copyable {
  private var bitmap = BitmapBuilder()
  /// How many values were told of.
  public private(set) var count = 0
  /// How many of them are null.
  public private(set) var nullCount = 0

  /// Creates a builder that was told of no values.
  public init() {}

  /// Takes note of up to 64 values, the first in the lowest bit; a set bit is a value.
  ///
  /// - Precondition: `valueCount` lies between 0 and 64.
  public mutating func append(bits: UInt64, count valueCount: Int) {
    precondition(valueCount >= 0 && valueCount <= 64, "a word has 64 bits")
    let mask = valueCount == 64 ? UInt64.max : 1 << UInt64(valueCount) - 1
    let nulls = (~bits & mask).nonzeroBitCount
    if nullCount == 0 && nulls > 0 { bitmap.append(repeating: true, count: count) }
    nullCount += nulls
    if nullCount > 0 { bitmap.append(bits: bits, count: valueCount) }
    count += valueCount
  }

  /// Takes note of values by their slices.
  ///
  /// - Complexity: O(slices)
  public mutating func append(_ slices: Span<ByteSlice>) {
    var index = 0
    while index < slices.count {
      let end = min(index &+ 64, slices.count)
      var bits: UInt64 = 0
      for place in index..<end {
        bits |= (slices[place].isNull ? 0 : 1) << UInt64(truncatingIfNeeded: place &- index)
      }
      append(bits: bits, count: end &- index)
      index = end
    }
  }

  /// Gives the bitmap away, nil when nothing was null, and is empty again.
  public mutating func finish() -> (bitmap: ColumnMemory?, nullCount: Int) {
    defer {
      count = 0
      nullCount = 0
    }
    return (nullCount > 0 ? bitmap.finish() : nil, nullCount)
  }
}
