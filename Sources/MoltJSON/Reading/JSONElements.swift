/// The elements of an array that was not parsed, one after the other: see ``JSONCursor``.
public struct JSONElements: ~Escapable {
  @usableFromInline let array: JSONCursor
  /// Where the last element starts; -1 before the first.
  @usableFromInline var current = -1
  @usableFromInline var isAtEnd = false

  /// Inlined, because what is returned through memory is stored in pieces and loaded at once.
  @_lifetime(copy array)
  @inlinable
  init(_ array: JSONCursor) {
    self.array = array
  }

  /// Goes to the next element.
  ///
  /// - Returns: It, or nil at the end.
  /// - Throws: ``JSONError`` with what is wrong in or behind the element before.
  /// - Complexity: O(bytes of the element before that were not read)
  @_lifetime(copy self)
  public mutating func next() throws(JSONError) -> JSONCursor? {
    guard try step() else { return nil }
    return array.child(at: current)
  }

  /// Goes to the next element, which has to be a number, as the nearest `Double`.
  ///
  /// - Returns: It, or nil at the end.
  /// - Throws: The same as ``next()`` and ``JSONCursor/double()``.
  /// - Complexity: As for ``next()``.
  public mutating func nextDouble() throws(JSONError) -> Double? {
    if let (start, value) = unsafe array.scan.double(behind: current) {
      current = start
      return value
    }
    guard try step() else { return nil }
    return try array.child(at: current).double()
  }

  @inline(__always)
  private mutating func step() throws(JSONError) -> Bool {
    guard !isAtEnd else { return false }
    guard let start = try unsafe array.scan.element(behind: current, in: array.place) else {
      isAtEnd = true
      return false
    }
    current = start
    return true
  }
}
