/// Writes the few structures that keys and signatures have in DER.
///
///     DER.sequence([DER.integer([1]), DER.octets(secret)])
///
/// Source: ITU-T X.690, section 10.
enum DER {
  private static let integerTag: UInt8 = 0x02
  private static let bitsTag: UInt8 = 0x03
  private static let octetsTag: UInt8 = 0x04
  private static let sequenceTag: UInt8 = 0x30

  static func sequence(_ parts: [[UInt8]]) -> [UInt8] { value(sequenceTag, parts.flatMap { $0 }) }

  static func octets(_ bytes: [UInt8]) -> [UInt8] { value(octetsTag, bytes) }

  static func bits(_ bytes: [UInt8]) -> [UInt8] { value(bitsTag, [0] + bytes) }

  /// An unsigned integer, most significant byte first; zeros in front do not matter.
  static func integer(_ bytes: some Collection<UInt8>) -> [UInt8] {
    let digits = Array(bytes.drop { $0 == 0 })
    let needsZero = digits.first.map { $0 >= 0x80 } ?? true
    return value(integerTag, (needsZero ? [0] : []) + digits)
  }

  static func value(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
    guard content.count >= 0x80 else { return [tag, UInt8(content.count)] + content }
    var length: [UInt8] = []
    var rest = content.count
    while rest > 0 {
      length.insert(UInt8(truncatingIfNeeded: rest), at: 0)
      rest >>= 8
    }
    return [tag, 0x80 | UInt8(length.count)] + length + content
  }

  /// The content of the value at the front, and what follows it; nil unless it is complete and has
  /// the tag.
  static func read(
    _ tag: UInt8,
    _ bytes: ArraySlice<UInt8>
  ) -> (content: ArraySlice<UInt8>, rest: ArraySlice<UInt8>)? {
    guard bytes.count >= 2, bytes[bytes.startIndex] == tag else { return nil }
    var start = bytes.startIndex + 2
    var count = Int(bytes[bytes.startIndex + 1])
    if count >= 0x80 {
      let digits = count - 0x80
      guard (1...4).contains(digits), bytes.endIndex - start >= digits else { return nil }
      count = bytes[start..<(start + digits)].reduce(0) { $0 << 8 | Int($1) }
      start += digits
    }
    guard bytes.endIndex - start >= count else { return nil }
    return (bytes[start..<(start + count)], bytes[(start + count)...])
  }

  static func readSequence(_ bytes: ArraySlice<UInt8>) -> (
    content: ArraySlice<UInt8>, rest: ArraySlice<UInt8>
  )? { read(sequenceTag, bytes) }

  static func readInteger(_ bytes: ArraySlice<UInt8>) -> (
    content: ArraySlice<UInt8>, rest: ArraySlice<UInt8>
  )? { read(integerTag, bytes) }

  static func readBits(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard let (content, _) = read(bitsTag, bytes), content.first == 0 else { return nil }
    return content.dropFirst()
  }
}
