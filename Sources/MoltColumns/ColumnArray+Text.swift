extension ColumnArray {
  /// A value that is not UTF-8, the first or a neighbour of it; nil when all are, and for other types
  /// than texts.
  ///
  /// All values at once are looked at: they are valid one by one when their bytes in a row are, and
  /// none of them begins inside a character.
  var firstInvalidText: Int? {
    guard type == .text, let values, let places = offsets else { return nil }
    let (bytes, offsets) = (values.bytes, places.bytes)
    if Self.isASCII(bytes) { return nil }
    do throws(UTF8.ValidationError) {
      _ = try UTF8Span(validating: bytes)
    } catch {
      return row(of: error.byteOffsets.lowerBound, offsets)
    }
    for row in 0..<count {
      let start = Self.offset(row, offsets)
      // A continuation byte; the last value may be empty and begin behind all bytes.
      if start < bytes.count, bytes[start] & 0xC0 == 0x80 { return row }
    }
    return nil
  }

  private static func isASCII(_ bytes: Span<UInt8>) -> Bool {
    var all: UInt8 = 0
    for index in bytes.indices { all |= bytes[index] }
    return all < 0x80
  }

  /// The value that a byte belongs to.
  private func row(of place: Int, _ offsets: Span<UInt8>) -> Int {
    var (low, high) = (0, count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if Self.offset(middle, offsets) <= place { low = middle } else { high = middle }
    }
    return low
  }

  private static func offset(_ index: Int, _ offsets: Span<UInt8>) -> Int {
    // Safety: the load checks its bounds.
    Int(unsafe offsets.bytes.unsafeLoad(fromByteOffset: 4 * index, as: Int32.self))
  }
}
