internal import MoltBytes

/// The keys and values of an object that was not parsed, one pair after the other, or by key: see
/// ``JSONCursor``.
public struct JSONMembers: ~Escapable {
  private let object: JSONCursor
  /// Where the last pair's value starts; that of the object before the first.
  private var current: Int
  private var isFirst = true
  private var isAtEnd = false

  @_lifetime(copy object)
  init(_ object: JSONCursor) {
    self.object = object
    current = object.offset
  }

  /// Goes to the next pair.
  ///
  /// - Returns: The key, which is a text, and the value; nil at the end.
  /// - Throws: ``JSONError`` with what is wrong in or behind the pair before, or in the key.
  /// - Complexity: O(length of the value before)
  @_lifetime(copy self)
  public mutating func next() throws(JSONError) -> Member? {
    guard let key = try step() else { return nil }
    return Member(key: object.moved(to: key.start), value: object.moved(to: current))
  }

  /// A key and its value.
  public struct Member: ~Escapable {
    /// The key, a text.
    public let key: JSONCursor
    /// Its value.
    public let value: JSONCursor

    @_lifetime(copy key, copy value)
    init(key: JSONCursor, value: JSONCursor) {
      self.key = key
      self.value = value
    }
  }

  /// Goes to the value of a key.
  ///
  /// The search starts behind the last pair that was found and goes on at the object's start: keys
  /// that are asked for in the order in which they stand cost one pass together.
  ///
  /// - Parameter key: The key, after its escapes are resolved.
  /// - Returns: The value.
  /// - Throws: ``JSONError``: `notFound` when there is no such key, and what is wrong on the way.
  ///   The next search then starts at the object's start.
  /// - Complexity: O(bytes on the way)
  @_lifetime(copy self)
  public mutating func value(_ key: String) throws(JSONError) -> JSONCursor {
    if let value = try find(key) { return value }
    throw JSONError(.notFound, at: object.offset)
  }

  /// Goes to the value of a key that may be missing.
  ///
  /// - Parameter key: The key, after its escapes are resolved.
  /// - Returns: The value; nil when there is no such key.
  /// - Throws: ``JSONError`` with what is wrong on the way.
  /// - Complexity: O(bytes on the way)
  @_lifetime(copy self)
  public mutating func find(_ key: String) throws(JSONError) -> JSONCursor? {
    let isFound = try search(key)
    return isFound ? object.moved(to: current) : nil
  }

  private mutating func search(_ key: String) throws(JSONError) -> Bool {
    var key = key
    let result = key.withUTF8 { key -> Result<Bool, JSONError> in
      do throws(JSONError) {
        return .success(try unsafe search(key))
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private mutating func search(_ key: UnsafeBufferPointer<UInt8>) throws(JSONError) -> Bool {
    let begin = isAtEnd ? object.offset : current
    if isAtEnd { restart() }
    while let found = try step() {
      if try unsafe isEqual(found, key) { return true }
    }
    guard begin != object.offset else { return false }
    restart()
    while let found = try step(), current <= begin {
      if try unsafe isEqual(found, key) { return true }
    }
    isAtEnd = true
    return false
  }

  private mutating func restart() {
    current = object.offset
    isFirst = true
    isAtEnd = false
  }

  /// Where a key stands, with its quotes.
  private struct Key {
    var start: Int
    var end: Int
    var hasEscapes: Bool
  }

  /// Goes to the next pair's value.
  @inline(__always)
  private mutating func step() throws(JSONError) -> Key? {
    guard !isAtEnd else { return nil }
    let scan = unsafe object.scan
    let end = try unsafe isFirst ? current + 1 : scan.end(ofValueAt: current)
    let start = try unsafe scan.nextElement(
      end,
      isFirst: isFirst,
      closing: 0x7D,
      (.keyOrEndOfObject, .commaOrEndOfObject)
    )
    guard let start else {
      isAtEnd = true
      return nil
    }
    guard unsafe scan.input[start] == 0x22 else {
      throw JSONError(.unexpectedByte, at: start, expected: isFirst ? .keyOrEndOfObject : .key)
    }
    let key = try unsafe scan.end(ofTextAt: start)
    let colon = try unsafe scan.skip(0x3A, at: key.end, .colon)
    current = try unsafe scan.next(colon, .value)
    isFirst = false
    return Key(start: start, end: key.end, hasEscapes: key.hasEscapes)
  }

  /// Whether the key at an offset is this one.
  @inline(__always)
  private func isEqual(_ found: Key, _ key: UnsafeBufferPointer<UInt8>) throws(JSONError) -> Bool {
    if found.hasEscapes { return try unsafe isEqualAfterEscapes(found, key) }
    guard found.end &- found.start &- 2 == key.count else { return false }
    let text = unsafe object.scan.input + found.start + 1
    for index in 0..<key.count where unsafe text[index] != key[index] { return false }
    return true
  }

  @inline(never)
  private func isEqualAfterEscapes(
    _ found: Key,
    _ key: UnsafeBufferPointer<UInt8>
  ) throws(JSONError) -> Bool {
    var writer = ByteWriter(capacity: key.count + 64)
    try object.moved(to: found.start).appendText(to: &writer)
    let text = writer.span
    guard text.count == key.count else { return false }
    for index in 0..<key.count where unsafe text[index] != key[index] { return false }
    return true
  }
}
