#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Finds where documents start and end, without a look at what is in them.
///
///     {"a":"}"} [1]        between { text } in a text, } that ends, between, [ … ]
///
/// Goes on where it stopped when more bytes have come, so that each byte is looked at once.
struct DocumentBoundary {
  private enum State { case between, structure, text, escape, scalar }

  private let framing: JSONFraming
  private var state = State.between
  private var depth = 0
  private var start = 0
  private var offset = 0

  init(_ framing: JSONFraming) { self.framing = framing }

  /// Where the document starts that is being looked at, or the white space before it.
  var documentStart: Int { state == .between ? offset : start }

  /// Tells that bytes were removed before the document.
  mutating func drop(_ byteCount: Int) {
    offset -= byteCount
    start -= byteCount
  }

  /// The next document.
  ///
  /// - Parameters:
  ///   - bytes: What there is so far.
  ///   - isFinal: Whether nothing will follow.
  /// - Returns: Where it stands; nil when its end has not come yet.
  /// - Complexity: O(bytes that were not looked at before)
  mutating func next(in bytes: Span<UInt8>, isFinal: Bool) -> Range<Int>? {
    switch framing {
    case .lines: nextLine(in: bytes, isFinal: isFinal)
    case .concatenated: nextValue(in: bytes, isFinal: isFinal)
    }
  }

  private mutating func nextLine(in bytes: Span<UInt8>, isFinal: Bool) -> Range<Int>? {
    while true {
      if state == .between {
        start = offset
        state = .structure
      }
      let end = Self.newline(in: bytes, from: offset)
      offset = end
      guard end < bytes.count || isFinal && start < end else { return nil }
      state = .between
      offset = min(end + 1, bytes.count)
      if let document = Self.trimmed(bytes, start..<end) { return document }
    }
  }

  /// Where the next line feed stands; the end of the bytes without one.
  private static func newline(in bytes: Span<UInt8>, from offset: Int) -> Int {
    // Safety: the search stays inside the span.
    unsafe bytes.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress, offset < bytes.count,
        let found = unsafe memchr(base + offset, 0x0A, bytes.count - offset)
      else { return bytes.count }
      return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
  }

  /// A line without the white space around it; nil when there is nothing else.
  private static func trimmed(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Range<Int>? {
    var (start, end) = (line.lowerBound, line.upperBound)
    while start < end, isSpace(bytes[start]) { start += 1 }
    while start < end, isSpace(bytes[end - 1]) { end -= 1 }
    return start < end ? start..<end : nil
  }

  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A
  }

  private mutating func nextValue(in bytes: Span<UInt8>, isFinal: Bool) -> Range<Int>? {
    while offset < bytes.count {
      let byte = bytes[offset]
      if state == .scalar, Self.endsScalar(byte) { return finish(at: offset) }
      offset &+= 1
      if step(byte) { return finish(at: offset) }
    }
    guard isFinal, state != .between else { return nil }
    // Cut short or not, the parser says what is wrong with it.
    return finish(at: offset)
  }

  private mutating func finish(at end: Int) -> Range<Int> {
    state = .between
    depth = 0
    return start..<end
  }

  /// Takes one byte.
  ///
  /// - Returns: Whether a document ends behind it.
  @inline(__always)
  private mutating func step(_ byte: UInt8) -> Bool {
    switch state {
    case .text:
      if byte == 0x5C { state = .escape }
      guard byte == 0x22 else { return false }
      state = .structure
      return depth == 0
    case .escape: state = .text
    case .structure: return structure(byte)
    case .scalar: break
    case .between:
      guard !Self.isSpace(byte), byte != 0x1E else { return false }
      start = offset &- 1
      switch byte {
      case 0x22, 0x5B, 0x5D, 0x7B, 0x7D:
        state = .structure
        return structure(byte)
      default: state = .scalar
      }
    }
    return false
  }

  @inline(__always)
  private mutating func structure(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x22: state = .text
    case 0x5B, 0x7B: depth &+= 1
    case 0x5D, 0x7D:
      depth &-= 1
      return depth <= 0
    default: break
    }
    return false
  }

  private static func endsScalar(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09, 0x0A, 0x0D, 0x1E, 0x22, 0x5B, 0x7B: true
    default: false
    }
  }
}
