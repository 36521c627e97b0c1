internal import MoltBytes
internal import MoltTape

// Reading.
extension CBORStream {
  /// Checks the next item and tells what it is.
  @usableFromInline
  mutating func next(_ bytes: Span<UInt8>, at offset: Int) throws(CBORError) -> Item {
    let head = try CBORHead(bytes, at: offset)
    let start = offset + head.byteCount
    if head.major == 6 { return try tag(head, bytes, at: offset) }
    if head.isBreak { return try end(at: offset) }
    defer { tagCount = 0 }
    switch head.major {
    case 0: return Item(.unsigned, head.argument, end: start)
    case 1:
      if head.argument >> 63 == 0 { return Item(.signed, ~head.argument, end: start) }
      text.removeAll()
      for shift in stride(from: UInt64(56), through: 0, by: -8) {
        text.append(UInt8(truncatingIfNeeded: head.argument >> shift))
      }
      return Item(.bigNegative, end: start)
    case 2, 3: return try string(head, bytes, at: offset)
    case 4, 5:
      guard open.count < depthLimit else { throw .tooDeep(offset: offset) }
      let kind: Item.Kind = head.major == 4 ? .array : .map
      if head.isIndefinite { return Item(kind, .max, end: start) }
      _ = try head.checkedLength(at: offset, in: bytes)
      return Item(kind, head.argument, end: start)
    default: return simple(head, end: start)
    }
  }

  private func simple(_ head: CBORHead, end: Int) -> Item {
    switch head.information {
    case 20, 21: Item(.boolean, head.argument - 20, end: end)
    case 22: Item(.null, end: end)
    case 25...27: Item(.float, head.float.bitPattern, end: end)
    default: Item(.simple, head.argument, end: end)
    }
  }

  private mutating func end(at offset: Int) throws(CBORError) -> Item {
    // Above zero the array or map has a count; as value or behind a tag something is missing.
    guard remaining <= 0, open.count > 0, tagCount == 0, role <= 1 else {
      throw .unexpectedBreak(offset: offset)
    }
    return Item(.end, end: offset + 1)
  }

  private mutating func string(
    _ head: CBORHead,
    _ bytes: Span<UInt8>,
    at offset: Int
  ) throws(CBORError) -> Item {
    if head.isIndefinite {
      text.removeAll()
      var reader = CBORReader(bytes)
      reader.move(to: offset)
      if head.major == 2 {
        try reader.readBinary(into: &text)
      } else {
        try reader.readText(into: &text)
      }
      return Item(head.major == 2 ? .builtBinary : .builtText, end: reader.offset)
    }
    let start = offset + head.byteCount
    let body = start..<(start + (try head.checkedLength(at: offset, in: bytes)))
    guard head.major == 2 || isUTF8(bytes, from: start, count: body.count) else {
      throw .invalidUTF8(offset: offset)
    }
    return Item(head.major == 2 ? .binary : .text, body: body, end: body.upperBound)
  }
}

// Tags that make numbers and moments of what stands behind them.
extension CBORStream {
  private mutating func tag(
    _ head: CBORHead,
    _ bytes: Span<UInt8>,
    at offset: Int
  ) throws(CBORError) -> Item {
    let start = offset + head.byteCount
    tagCount += 1
    guard open.count + tagCount <= depthLimit else { throw .tooDeep(offset: offset) }
    var content = CBORReader(bytes)
    content.move(to: start)
    let item: Item? =
      switch head.argument {
      case 1 where !writesTags: timestamp(&content)
      case 2, 3: bigInteger(&content, isNegative: head.argument == 3)
      case 4 where !writesTags: decimalFraction(&content)
      default: nil
      }
    // What is no number after all, or not well-formed, is met again behind the tag.
    guard let item else { return Item(.tag, head.argument, end: start) }
    tagCount = 0
    return item
  }

  private mutating func bigInteger(_ content: inout CBORReader, isNegative: Bool) -> Item? {
    text.removeAll()
    guard (try? content.readBinary(into: &text)) != nil else { return nil }
    return Item(isNegative ? .bigNegative : .bigInteger, end: content.offset)
  }

  /// A moment in whole seconds or as a float (RFC 8949, section 3.4.2).
  private mutating func timestamp(_ content: inout CBORReader) -> Item? {
    let moment: Timestamp?
    if let seconds = try? content.readInt64() {
      moment = Timestamp(seconds: seconds)
    } else {
      moment = (try? content.readDouble()).flatMap { Timestamp(secondsSince1970: $0) }
    }
    guard let moment else { return nil }
    text.removeAll()
    text.append(moment.extensionBytes.span)
    return Item(.timestamp, end: content.offset)
  }

  /// An array of an exponent and a mantissa, both integers (section 3.4.4).
  private mutating func decimalFraction(_ content: inout CBORReader) -> Item? {
    guard open.count < depthLimit, let head = try? content.head(.array),
      let count = try? content.readArrayCount() ?? 2, count == 2,
      let exponent = try? content.readInt64(), let mantissa = mantissa(&content)
    else { return nil }
    if head.isIndefinite, (try? content.readBreak()) != true { return nil }
    text.removeAll()
    text.append(DecimalText.number(mantissa, exponent: exponent).span)
    return Item(.builtNumber, end: content.offset)
  }

  private mutating func mantissa(_ content: inout CBORReader) -> [UInt8]? {
    if let value = try? content.readInt64() { return Array(String(value).utf8) }
    if let value = try? content.readUInt64() { return Array(String(value).utf8) }
    guard let head = try? content.anyHead() else { return nil }
    if head.major == 1 {
      content.move(to: content.offset + head.byteCount)
      let bytes = (0..<8).map { UInt8(truncatingIfNeeded: head.argument >> UInt64(56 - 8 * $0)) }
      return DecimalText.integer(bytes.span, isNegative: true)
    }
    guard open.count + 2 <= depthLimit, let tag = try? content.readTag(), tag == 2 || tag == 3,
      bigInteger(&content, isNegative: tag == 3) != nil, text.count <= 2048
    else { return nil }
    return DecimalText.integer(text.span, isNegative: tag == 3)
  }
}
