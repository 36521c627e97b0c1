/// Checks that a value is encoded deterministically (RFC 8949, section 4.2).
///
///     a2 61 61 01 61 62 18 05     18 05 is a number in more bytes than it needs
///     a2 61 62 01 61 61 02        the key at 4 belongs before the one at 1
///
/// It is a pass of its own over bytes that are known to be well-formed, so that parsing without the
/// check costs nothing.
struct CBORDeterminism {
  /// An array, map or tag whose values are not complete.
  private struct Frame {
    var remaining: Int
    var isMap: Bool
    /// The encodings of the key before, and of the current one.
    var previousKey = 0..<0
    var key = 0..<0
    /// Whether the value to come is a key.
    var isAtKey: Bool { isMap && remaining % 2 == 0 }
  }

  private let order: CBORKeyOrder
  private var open: [Frame] = []

  init(_ order: CBORKeyOrder) { self.order = order }

  /// Checks one value.
  ///
  /// - Parameters:
  ///   - bytes: Well-formed CBOR.
  ///   - start: Where the value begins.
  /// - Throws: `notDeterministic` with the first deviation, `duplicateKey`.
  /// - Complexity: O(bytes of the value), without recursion
  mutating func check(_ bytes: Span<UInt8>, from start: Int) throws(CBORError) {
    var offset = start
    repeat {
      let head = try CBORHead(bytes, at: offset)
      try checkHead(head, bytes, at: offset)
      beginItem(at: offset)
      offset += head.byteCount
      switch head.major {
      case 2, 3: offset += Int(head.argument)
      case 4, 5:
        let count = Int(head.argument)
        if count > 0 {
          open.append(Frame(remaining: head.major == 5 ? 2 * count : count, isMap: head.major == 5))
          continue
        }
      case 6:
        open.append(Frame(remaining: 1, isMap: false))
        continue
      default: break
      }
      try endItems(bytes, at: offset)
    } while !open.isEmpty
  }

  private func checkHead(
    _ head: CBORHead,
    _ bytes: Span<UInt8>,
    at offset: Int
  ) throws(CBORError) {
    if head.isIndefinite { throw .notDeterministic(offset: offset, .indefiniteLength) }
    if head.kind == .float {
      let value = head.float
      let isLong =
        head.information == 27
        ? value.single != nil : head.information == 26 && value.half != nil
      if isLong { throw .notDeterministic(offset: offset, .longFloat) }
    } else if head.major != 7 {
      let lowest: UInt64 =
        switch head.information {
        case 24: 24
        case 25: 1 << 8
        case 26: 1 << 16
        case 27: 1 << 32
        default: 0
        }
      if head.argument < lowest { throw .notDeterministic(offset: offset, .longHead) }
    }
    guard head.major == 6, head.argument == 2 || head.argument == 3 else { return }
    let content = try CBORHead(bytes, at: offset + head.byteCount)
    guard content.major == 2, !content.isIndefinite else { return }
    let first = offset + head.byteCount + content.byteCount
    if content.argument <= 8 || bytes[first] == 0 {
      throw .notDeterministic(offset: offset, .longInteger)
    }
  }

  private mutating func beginItem(at offset: Int) {
    guard let frame = open.last, frame.isAtKey else { return }
    open[open.count - 1].previousKey = frame.key
    open[open.count - 1].key = offset..<offset
  }

  /// After a value that ends before `offset`: the arrays, maps and tags that end with it.
  private mutating func endItems(_ bytes: Span<UInt8>, at offset: Int) throws(CBORError) {
    while var frame = open.popLast() {
      if frame.isAtKey {
        frame.key = frame.key.lowerBound..<offset
        try checkOrder(frame, bytes)
      }
      frame.remaining -= 1
      if frame.remaining > 0 { return open.append(frame) }
    }
  }

  private func checkOrder(_ frame: Frame, _ bytes: Span<UInt8>) throws(CBORError) {
    guard !frame.previousKey.isEmpty else { return }
    let (previous, key) = (bytes.extracting(frame.previousKey), bytes.extracting(frame.key))
    let difference = CBORKeyOrder.compare(previous, key, order)
    if difference == 0 { throw .duplicateKey(offset: frame.key.lowerBound) }
    if difference > 0 { throw .notDeterministic(offset: frame.key.lowerBound, .keyOrder) }
  }
}
