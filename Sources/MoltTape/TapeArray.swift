/// The elements of an array.
///
///     var elements = try value.array().makeIterator()
///     while let element = elements.next() { total += try element.int64() }
public struct TapeArray: ~Escapable {
  @usableFromInline let value: TapeValue

  @_lifetime(copy value)
  @inlinable
  init(_ value: TapeValue) { self.value = value }

  /// How many elements there are.
  ///
  /// - Complexity: O(1), and O(`count`) from 268,435,455 elements.
  public var count: Int { value.childCount }

  /// Whether there are none.
  @inlinable public var isEmpty: Bool { value.word.offset == value.index &+ 1 }

  /// Moves over the elements in order.
  @_lifetime(copy self)
  @inlinable
  public func makeIterator() -> Iterator { Iterator(value) }

  /// The element at an index; nil when there are fewer.
  ///
  /// - Precondition: The index is not negative.
  /// - Complexity: O(index)
  @inlinable public subscript(index: Int) -> TapeValue? {
    @_lifetime(copy self) get {
      precondition(index >= 0, "the index is negative")
      var iterator = makeIterator()
      for _ in 0..<index { iterator.skip() }
      return iterator.next()
    }
  }

  /// Moves over the elements of an array in order.
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

    /// The next element; nil at the end.
    ///
    /// - Complexity: O(1)
    @_lifetime(copy self)
    @_lifetime(self: copy self)
    @inlinable
    public mutating func next() -> TapeValue? {
      guard index < end else { return nil }
      let element = value.value(at: index)
      index = value.memory.end(of: index)
      return element
    }

    /// Moves over an element without a look at it; does nothing at the end.
    @_lifetime(self: copy self)
    @inlinable
    mutating func skip() {
      if index < end { index = value.memory.end(of: index) }
    }
  }
}

extension TapeValue {
  /// The value as an array.
  ///
  /// - Throws: ``TapeError`` unless it is one.
  @_lifetime(copy self)
  @inlinable
  public func array() throws(TapeError) -> TapeArray {
    guard word.kind == .array else { throw mismatch(.array) }
    return TapeArray(self)
  }

  /// An element of an array; nil when there are fewer or the value is no array.
  ///
  /// - Precondition: The index is not negative.
  /// - Complexity: O(index)
  @inlinable public subscript(index: Int) -> TapeValue? {
    @_lifetime(copy self) get {
      guard word.kind == .array else { return nil }
      return TapeArray(self)[index]
    }
  }

  /// How many elements an array has, or pairs a map.
  @usableFromInline
  package var childCount: Int {
    let word = word
    guard word.count == TapeWord.maximumCount else { return word.count }
    var count = 0
    var next = index + 1
    while next < word.offset {
      next = memory.end(of: next)
      count += 1
    }
    return word.kind == .map ? count / 2 : count
  }
}
