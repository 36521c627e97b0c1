internal import CMoltIntrinsics

/// A value of a document that was not parsed: the way to a few values of a large one.
///
///     let document = try JSONLazyDocument(bytes)
///     let name = try document.root.value("statuses").element(50).value("user").value("name").string()
///     let id = try document.root.value(at: "/statuses/50/id").int64()
///
///     var statuses = try document.root.value("statuses").elements()
///     while let status = try statuses.next() {
///       var pairs = try status.members()
///       let id = try pairs.value("id").int64()
///       let text = try pairs.value("text").string()
///     }
///
/// Nothing is read ahead: a step reads the bytes between where the document was read to and what it
/// finds, 64 at a time. So a value near the start of a document costs next to nothing. Each new look
/// for a key by ``value(_:)-(StaticString)`` starts again where the object does; ``JSONMembers``
/// goes on from key to key instead.
///
/// Only what is on the way is checked:
///
/// - A value that is read is right by itself: a number, a literal, a text with its escapes and in
///   UTF-8.
/// - In the arrays and objects that are gone through, the commas, colons, quotes and brackets
///   between the values are those of JSON. A key that is only compared is seen to end.
/// - A value that is passed is only seen to end: a text by its quote, an array or object by counting
///   brackets outside of texts, whatever their kind and whatever else is in it; of a number or
///   literal that it has at least one byte.
/// - What comes after the last value that is asked for is not looked at, nor is what follows the
///   document's value.
///
/// Where the whole document has to be right use ``JSONParser``. Of a key that stands twice in an
/// object the first is found, where a parsed document gives the last. Nothing has a limit but
/// texts, which have that of ``JSONLimits/textByteCount``; depth costs no memory.
@safe public struct JSONCursor: ~Escapable {
  let scan: ValueScan
  let place: ValuePlace
  /// Where the value starts, in bytes from the start of the document.
  public var offset: Int { place.offset }

  /// Safety: the scan's memory must outlive the cursor, which has no lifetime to tell.
  @_lifetime(immortal)
  @unsafe init(_ scan: ValueScan, _ place: ValuePlace) {
    unsafe self.scan = scan
    self.place = place
  }

  /// A value of this array or object.
  @_lifetime(copy self)
  @inline(__always)
  func child(at offset: Int) -> JSONCursor {
    let cursor = unsafe JSONCursor(scan, ValuePlace(offset, in: place))
    return unsafe _overrideLifetime(cursor, copying: self)
  }

  /// What values are.
  public enum Kind: UInt8, Sendable {
    case null, boolean, number, text, array, object
  }

  /// What the value is, by its first byte; nil when no value starts like that.
  public var kind: Kind? {
    switch unsafe scan.input[offset] {
    case 0x22: .text
    case 0x7B: .object
    case 0x5B: .array
    case 0x2D, 0x30...0x39: .number
    case 0x74, 0x66: .boolean
    case 0x6E: .null
    default: nil
    }
  }

  /// Whether the value is null.
  public var isNull: Bool { (try? null()) != nil }

  /// The bytes of the whole value; ``JSONParser`` can parse them.
  ///
  /// - Throws: ``JSONError`` when it does not end.
  /// - Complexity: O(length)
  public var source: Span<UInt8> {
    @_lifetime(copy self) get throws(JSONError) {
      let end = try unsafe scan.end(of: place)
      return span(offset..<end)
    }
  }

  /// Bytes of the document.
  @_lifetime(copy self)
  func span(_ range: Range<Int>) -> Span<UInt8> {
    let bytes = unsafe UnsafeBufferPointer(
      start: scan.input + range.lowerBound,
      count: range.count
    )
    return unsafe _overrideLifetime(Span(_unsafeElements: bytes), copying: self)
  }

  /// The value of a key.
  ///
  /// - Parameter key: The key, after its escapes are resolved.
  /// - Returns: The value.
  /// - Throws: ``JSONError``: `notFound` when there is no such key, `mismatch` when the value is no
  ///   object, and what is wrong on the way.
  /// - Complexity: O(bytes before the value)
  @_lifetime(copy self)
  public func value(_ key: StaticString) throws(JSONError) -> JSONCursor {
    var members = try members()
    return try members.value(key)
  }

  /// The value of a key that is not known before: as ``value(_:)-(StaticString)``.
  @_lifetime(copy self)
  @_disfavoredOverload
  public func value(_ key: String) throws(JSONError) -> JSONCursor {
    var members = try members()
    return try members.value(key)
  }

  /// The element of an array.
  ///
  /// - Parameter index: How many elements stand before it.
  /// - Returns: The element.
  /// - Throws: ``JSONError``: `notFound` when there are fewer, `mismatch` when the value is no
  ///   array, and what is wrong on the way.
  /// - Complexity: O(bytes before the element)
  @_lifetime(copy self)
  public func element(_ index: Int) throws(JSONError) -> JSONCursor {
    var elements = try elements()
    var remaining = index
    while let element = try elements.next() {
      if remaining == 0 { return element }
      remaining -= 1
    }
    throw JSONError(.notFound, at: offset)
  }

  /// The value that a JSON Pointer names (RFC 6901).
  ///
  /// - Parameter pointer: Empty for the value itself, otherwise `/` before each key or index; `~1`
  ///   is a `/` in a key, `~0` a `~`.
  /// - Returns: The value.
  /// - Throws: ``JSONError``: `notFound` when there is no such value or the pointer is none, and
  ///   what is wrong on the way.
  /// - Complexity: O(bytes before the value)
  @_lifetime(copy self)
  public func value(at pointer: String) throws(JSONError) -> JSONCursor {
    var current = self
    guard !pointer.isEmpty else { return current }
    guard pointer.utf8.first == 0x2F else { throw JSONError(.notFound, at: offset) }
    for token in pointer.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
      if current.kind == .array {
        guard let index = arrayIndex(token) else { throw JSONError(.notFound, at: current.offset) }
        current = try current.element(index)
      } else {
        guard current.kind == .object, let key = unescapedToken(token) else {
          throw JSONError(.notFound, at: current.offset)
        }
        current = try current.value(key)
      }
    }
    return current
  }

  /// The elements of an array, one after the other.
  ///
  /// - Throws: ``JSONError`` when the value is no array.
  @_lifetime(copy self)
  @inlinable
  public func elements() throws(JSONError) -> JSONElements {
    try check(for: .array)
    return JSONElements(self)
  }

  /// The keys and values of an object, one pair after the other.
  ///
  /// - Throws: ``JSONError`` when the value is no object.
  @_lifetime(copy self)
  @inlinable
  public func members() throws(JSONError) -> JSONMembers {
    try check(for: .object)
    return JSONMembers(self)
  }

  /// Refuses what is no array, or no object.
  @usableFromInline
  func check(for expected: JSONError.Expectation) throws(JSONError) {
    let bracket: UInt8 = expected == .array ? 0x5B : 0x7B
    guard unsafe scan.input[offset] == bracket else { throw mismatch(expected) }
  }

  func mismatch(_ expected: JSONError.Expectation) -> JSONError {
    JSONError(.mismatch, at: offset, expected: expected)
  }
}

/// The index that a token of a pointer writes: digits without a zero in front.
private func arrayIndex(_ token: Substring) -> Int? {
  guard let first = token.utf8.first, token.utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
    first != 0x30 || token.utf8.count == 1
  else { return nil }
  return Int(token)
}

/// The key that a token of a pointer writes, if every `~` is followed by 0 or 1.
private func unescapedToken(_ token: Substring) -> String? {
  guard token.utf8.contains(0x7E) else { return String(token) }
  var bytes: [UInt8] = []
  var isEscape = false
  for byte in token.utf8 {
    if isEscape {
      guard byte == 0x30 || byte == 0x31 else { return nil }
      bytes.append(byte == 0x30 ? 0x7E : 0x2F)
    } else if byte != 0x7E {
      bytes.append(byte)
    }
    isEscape = !isEscape && byte == 0x7E
  }
  return isEscape ? nil : String(decoding: bytes, as: UTF8.self)
}
