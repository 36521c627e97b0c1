/// The elements of an array that was not parsed, one after the other: see ``JSONCursor``.
public struct JSONElements: ~Escapable {
  private let array: JSONCursor
  /// Where the last element starts; that of the array before the first.
  private var current: Int
  private var isFirst = true
  private var isAtEnd = false

  @_lifetime(copy array)
  init(_ array: JSONCursor) {
    self.array = array
    current = array.offset
  }

  /// Goes to the next element.
  ///
  /// - Returns: It, or nil at the end.
  /// - Throws: ``JSONError`` with what is wrong in or behind the element before.
  /// - Complexity: O(length of the element before)
  @_lifetime(copy self)
  public mutating func next() throws(JSONError) -> JSONCursor? {
    guard !isAtEnd else { return nil }
    let end = try unsafe isFirst ? current + 1 : array.scan.end(ofValueAt: current)
    let start = try unsafe array.scan.nextElement(
      end,
      isFirst: isFirst,
      closing: 0x5D,
      (.valueOrEndOfArray, .commaOrEndOfArray)
    )
    guard let start else {
      isAtEnd = true
      return nil
    }
    isFirst = false
    current = start
    return array.moved(to: start)
  }
}
