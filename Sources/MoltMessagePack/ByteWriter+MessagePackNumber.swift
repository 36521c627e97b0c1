public import MoltBytes

extension ByteWriter {
  /// Appends a float, of 32 bits if they hold it exactly; NaN always takes 32.
  @usableFromInline
  mutating func appendMessagePack(shortest value: Double) {
    let short = Float(value)
    guard Double(short) == value || value.isNaN else { return appendMessagePack(value) }
    appendMessagePack(0xCA, short.bitPattern)
  }

  /// Appends a number in JSON's grammar: an integer of 64 bits if it is one.
  ///
  /// - Throws: `numberOutOfRange` for any other number unless `approximates`, and then for one
  ///   whose nearest float is infinite.
  mutating func appendMessagePack(
    number: Span<UInt8>,
    approximates: Bool
  ) throws(MessagePackWriteError) {
    if let magnitude = UInt64(digits: number) { return appendMessagePack(magnitude) }
    if number.count > 1, number[0] == 0x2D,
      let magnitude = UInt64(digits: number.extracting(1...)), magnitude <= 1 << 63
    {
      return appendMessagePack(Int64(truncatingIfNeeded: 0 &- magnitude))
    }
    let text = number.indices.map { number[$0] }
    guard approximates, let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite
    else { throw .numberOutOfRange }
    appendMessagePack(value)
  }
}

extension UInt64 {
  /// The integer that consists of nothing but digits, if it is one of 64 bits.
  fileprivate init?(digits: Span<UInt8>) {
    guard !digits.isEmpty else { return nil }
    var value: UInt64 = 0
    for index in digits.indices {
      let digit = digits[index] &- 0x30
      guard digit < 10 else { return nil }
      let (tenfold, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, isOver) = tenfold.addingReportingOverflow(UInt64(digit))
      guard !isTooLarge, !isOver else { return nil }
      value = sum
    }
    self = value
  }
}
