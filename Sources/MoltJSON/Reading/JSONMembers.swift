internal import CMoltIntrinsics
internal import MoltBytes

/// The keys and values of an object that was not parsed, one pair after the other, or by key: see
/// ``JSONCursor``.
public struct JSONMembers: ~Escapable {
  @usableFromInline let object: JSONCursor
  /// Where the last pair's value starts; -1 before the first.
  @usableFromInline var current = -1
  @usableFromInline var isAtEnd = false

  /// Inlined as that of ``JSONElements``.
  @_lifetime(copy object)
  @inlinable
  init(_ object: JSONCursor) {
    self.object = object
  }

  /// Goes to the next pair.
  ///
  /// - Returns: The key, which is a text, and the value; nil at the end.
  /// - Throws: ``JSONError`` with what is wrong in or behind the pair before, or in the key.
  /// - Complexity: O(bytes of the value before that were not read)
  @_lifetime(copy self)
  public mutating func next() throws(JSONError) -> Member? {
    guard !isAtEnd else { return nil }
    let found = try unsafe object.scan.pair(behind: current, in: object.place, nil, limit: .max)
    guard let pair = found else {
      isAtEnd = true
      return nil
    }
    current = pair.at
    return Member(key: object.child(at: pair.key), value: object.child(at: pair.at))
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
  public mutating func value(_ key: StaticString) throws(JSONError) -> JSONCursor {
    if let value = try find(key) { return value }
    throw JSONError(.notFound, at: object.offset)
  }

  /// Goes to the value of a key that is not known before: as ``value(_:)-(StaticString)``.
  @_lifetime(copy self)
  @_disfavoredOverload
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
  public mutating func find(_ key: StaticString) throws(JSONError) -> JSONCursor? {
    var result = Result<Bool, JSONError>.success(false)
    key.withUTF8Buffer { result = unsafe outcome(of: $0) }
    return try result.get() ? object.child(at: current) : nil
  }

  /// Goes to the value of a key that may be missing and is not known before: as
  /// ``find(_:)-(StaticString)``.
  @_lifetime(copy self)
  @_disfavoredOverload
  public mutating func find(_ key: String) throws(JSONError) -> JSONCursor? {
    var key = key
    let result: Result<Bool, JSONError> = key.withUTF8 { unsafe outcome(of: $0) }
    return try result.get() ? object.child(at: current) : nil
  }

  private mutating func outcome(of key: UnsafeBufferPointer<UInt8>) -> Result<Bool, JSONError> {
    do throws(JSONError) {
      return .success(try unsafe search(key))
    } catch {
      return .failure(error)
    }
  }

  private mutating func search(_ key: UnsafeBufferPointer<UInt8>) throws(JSONError) -> Bool {
    let begin = isAtEnd ? -1 : current
    current = begin
    isAtEnd = false
    if try unsafe searchOn(key, limit: .max) { return true }
    if begin >= 0 {
      current = -1
      if try unsafe searchOn(key, limit: begin) { return true }
    }
    isAtEnd = true
    return false
  }

  /// Searches behind the current pair.
  private mutating func searchOn(
    _ key: UnsafeBufferPointer<UInt8>,
    limit: Int
  ) throws(JSONError) -> Bool {
    let scan = unsafe object.scan
    while let pair = try unsafe scan.pair(behind: current, in: object.place, key, limit: limit) {
      current = pair.at
      if pair.outcome == MOLT_JSON_FOUND { return true }
      if try unsafe isEqualAfterEscapes(pair, key) { return true }
    }
    return false
  }

  /// Whether a key with escapes is this one.
  @inline(never)
  private func isEqualAfterEscapes(
    _ pair: molt_json_step,
    _ key: UnsafeBufferPointer<UInt8>
  ) throws(JSONError) -> Bool {
    var writer = ByteWriter(capacity: key.count + 64)
    try object.child(at: pair.key).appendText(to: &writer)
    let text = writer.span
    guard text.count == key.count else { return false }
    for index in 0..<key.count where unsafe text[index] != key[index] { return false }
    return true
  }
}
