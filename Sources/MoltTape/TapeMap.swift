/// The keys and values of a map.
///
///     var pairs = try value.map().makeIterator()
///     while let pair = pairs.next() { print(try pair.key.string(), pair.value.kind) }
///
/// A key that stands twice is there twice; a lookup finds the last one, as Python and JavaScript do.
public struct TapeMap: ~Escapable {
  @usableFromInline let value: TapeValue

  @_lifetime(copy value)
  @inlinable
  init(_ value: TapeValue) { self.value = value }

  /// How many pairs there are, duplicates included.
  ///
  /// - Complexity: O(1), and O(`count`) from 268,435,455 pairs.
  public var count: Int { value.childCount }

  /// Whether there are none.
  @inlinable public var isEmpty: Bool { value.word.offset == value.index &+ 1 }

  /// Moves over the pairs in order.
  @_lifetime(copy self)
  @inlinable
  public func makeIterator() -> Iterator { Iterator(value) }

  /// The value of a key that is a text; nil when it is not there.
  ///
  /// - Complexity: O(`count`)
  @inlinable public subscript(key: Span<UInt8>) -> TapeValue? {
    @_lifetime(copy self) get {
      let index = value.memory.indexOfValue(key, in: value.index)
      guard index != 0 else { return nil }
      return value.value(at: index)
    }
  }

  /// The value of a key that is a text; nil when it is not there.
  ///
  /// The bytes must be the same: `é` as one scalar is not `é` as two.
  ///
  /// - Complexity: O(`count`)
  @inlinable public subscript(key: String) -> TapeValue? {
    @_lifetime(copy self) get { self[key.utf8.span] }
  }

  /// Moves over the pairs of a map in order.
  public struct Iterator: ~Escapable {
    @usableFromInline let value: TapeValue
    @usableFromInline var index: Int
    @usableFromInline let end: Int

    @_lifetime(copy value)
    @inlinable
    init(_ value: TapeValue) {
      self.value = value
      index = value.index &+ 1
      end = value.word.offset
    }

    /// The next pair; nil at the end.
    ///
    /// - Complexity: O(1)
    @_lifetime(copy self)
    @_lifetime(self: copy self)
    @inlinable
    public mutating func next() -> TapePair? {
      guard index < end else { return nil }
      let keyEnd = value.memory.end(of: index)
      let pair = TapePair(value, key: index, value: keyEnd)
      index = value.memory.end(of: keyEnd)
      return pair
    }
  }
}

/// A key and its value.
public struct TapePair: ~Escapable {
  /// The key: a text in JSON, any value in the other formats.
  public let key: TapeValue
  /// The value.
  public let value: TapeValue

  @_lifetime(copy map)
  @inlinable
  init(_ map: TapeValue, key: Int, value: Int) {
    self.key = map.value(at: key)
    self.value = map.value(at: value)
  }
}

extension TapeMemory {
  /// Where the value of a key stands in a map, the last of several; 0 when it is not there.
  @inlinable
  package func indexOfValue(_ key: Span<UInt8>, in map: Int) -> Int {
    unsafe key.withUnsafeBufferPointer { unsafe indexOfValue($0, in: map) }
  }

  @usableFromInline @unsafe
  func indexOfValue(_ key: UnsafeBufferPointer<UInt8>, in map: Int) -> Int {
    var found = 0
    var index = map &+ 1
    let end = word(map).offset
    while index < end {
      let value = self.end(of: index)
      if unsafe isText(key, at: index) { found = value }
      index = self.end(of: value)
    }
    return found
  }

  /// Whether the value at an index is a text of the given bytes.
  @inlinable @inline(__always) @unsafe
  package func isText(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Bool {
    let word = word(index)
    guard word.count == bytes.count, word.kind == .text || word.kind == .arenaText else {
      return false
    }
    return unsafe self.bytes(of: word).elementsEqual(bytes)
  }
}

extension TapeValue {
  /// The value as a map.
  ///
  /// - Throws: ``TapeError`` unless it is one.
  @_lifetime(copy self)
  @inlinable
  public func map() throws(TapeError) -> TapeMap {
    guard word.kind == .map else { throw mismatch(.map) }
    return TapeMap(self)
  }

  /// The value of a key that is a text; nil when it is not there or the value is no map.
  ///
  /// - Complexity: O(pairs of the map)
  @inlinable public subscript(key: String) -> TapeValue? {
    @_lifetime(copy self) get {
      guard word.kind == .map else { return nil }
      return TapeMap(self)[key]
    }
  }
}
