extension MessagePackReader {
  /// Creates a reader positioned at `offset`, which is not beyond the end.
  @_lifetime(copy bytes)
  package init(_ bytes: Span<UInt8>, at offset: Int) {
    self.init(bytes)
    self.offset = offset
  }

  /// Moves behind the values that are whole, and into arrays and maps that are not.
  ///
  /// Where the input ends early, a reader of a longer input goes on at ``offset``, without looking
  /// twice at what came before:
  ///
  ///     92 01 cd     one value pending at 0: moves to 2, one pending, three bytes needed from there on
  ///
  /// - Parameters:
  ///   - pending: How many values come; afterwards, how many of them and of what they hold are left.
  ///   - allows: Gets the kind of each value and its length, or the number of its elements or pairs;
  ///     false refuses it.
  /// - Returns: How many bytes there are at least from ``offset`` on in what is left; 0 when nothing is.
  /// - Throws: ``MessagePackError/reserved(offset:)``, ``MessagePackError/tooLong(offset:)`` for what is
  ///   refused; the offset is then that of the value.
  /// - Complexity: O(values skipped), without recursion
  @_lifetime(self: copy self)
  package mutating func skip(
    _ pending: inout Int,
    _ allows: (MessagePackKind, UInt64) -> Bool
  ) throws(MessagePackError) -> Int {
    while pending > 0 {
      let header: MessagePackHeader
      do {
        header = try MessagePackHeader(bytes, at: offset)
      } catch {
        guard case .endOfInput(_, let needed) = error else { throw error }
        return Self.sum(needed, pending - 1)
      }
      var size = header.byteCount
      var children = 0
      switch header.kind {
      case .nil, .boolean, .integer, .float: break
      case .array: children = Int(header.argument)
      case .map: children = 2 * Int(header.argument)
      case .text, .binary, .extension: size += Int(header.argument)
      }
      guard header.kind.hasNoLength || allows(header.kind, header.argument) else {
        throw .tooLong(offset: offset)
      }
      guard bytes.count - offset >= size else { return Self.sum(size, pending - 1) }
      offset += size
      pending = Self.sum(pending - 1, children)
    }
    return 0
  }

  /// Counts that no input reaches stay at the largest.
  private static func sum(_ left: Int, _ right: Int) -> Int {
    let (sum, isOver) = left.addingReportingOverflow(right)
    return isOver ? .max : sum
  }
}

extension MessagePackKind {
  fileprivate var hasNoLength: Bool {
    switch self {
    case .nil, .boolean, .integer, .float: true
    case .text, .binary, .extension, .array, .map: false
    }
  }
}
