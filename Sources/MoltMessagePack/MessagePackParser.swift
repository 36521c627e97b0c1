public import MoltTape

/// A document read from MessagePack.
public typealias MessagePackDocument = TapeDocument

/// Reads whole MessagePack values onto a tape, where they can be walked in any order.
///
/// The bytes `82 a1 61 91 01 a1 62 c0`, which are `{"a": [1], "b": nil}`, become
///
///     0  map      2 pairs, ends before word 6
///     1  text     1 byte at 2
///     2  array    1 element, ends before word 4
///     3  integer  1
///     4  text     1 byte at 6
///     5  null
///
/// Nothing is copied and nothing is allocated by an announced size. A parser that is used again keeps
/// its memory. Any legal encoding is accepted, not only the smallest; texts are checked for UTF-8.
///
/// Source: https://github.com/msgpack/msgpack/blob/master/spec.md
public struct MessagePackParser: ~Copyable {
  /// What the parser takes.
  public var limits: MessagePackLimits
  var tape = Tape(capacity: 64)
  var open = OpenContainers()

  /// Creates a parser.
  ///
  /// - Parameter limits: What it takes.
  public init(limits: MessagePackLimits = MessagePackLimits()) { self.limits = limits }

  /// Reads the one value that fills the input.
  ///
  /// - Parameter input: The value's bytes.
  /// - Returns: The value, which borrows the parser and the input.
  /// - Throws: ``MessagePackError``, any case but `mismatch` and `outOfRange`.
  /// - Complexity: O(`input.count`), without recursion
  @_lifetime(&self, copy input)
  public mutating func parse(
    _ input: Span<UInt8>
  ) throws(MessagePackError) -> MessagePackDocument {
    let end = try fill(input, from: 0)
    guard end == input.count else { throw .trailingData(offset: end) }
    return TapeDocument(tape, input: input, format: .messagePack)
  }

  /// Reads the next of several values that stand one behind the other.
  ///
  /// - Parameters:
  ///   - input: All bytes.
  ///   - offset: Where the value starts; afterwards where it ended. As it was after a throw.
  /// - Returns: The value, which borrows the parser and the input.
  /// - Throws: ``MessagePackError``, any case but `mismatch`, `outOfRange` and `trailingData`.
  /// - Precondition: `offset` lies between 0 and `input.count`.
  /// - Complexity: O(bytes of the value), without recursion
  @_lifetime(&self, copy input)
  public mutating func parse(
    _ input: Span<UInt8>,
    at offset: inout Int
  ) throws(MessagePackError) -> MessagePackDocument {
    precondition(offset >= 0 && offset <= input.count, "offset is outside the input")
    let start = offset
    offset = try fill(input, from: start)
    return TapeDocument(tape, input: input, format: .messagePack, startingAt: start)
  }

  /// Reads one value onto the tape.
  ///
  /// - Returns: Where the value ended.
  private mutating func fill(
    _ input: Span<UInt8>,
    from offset: Int
  ) throws(MessagePackError) -> Int {
    guard input.count <= min(limits.byteCount, TapeWord.maximumOffset) else {
      throw .tooLong(offset: 0)
    }
    tape.removeAll()
    open.removeAll()
    // Safety: the scan reads below `input.count` only, while the span is borrowed.
    let bytes = unsafe input.withUnsafeBufferPointer { unsafe $0 }
    guard let base = bytes.baseAddress else { throw .endOfInput(offset: 0, needed: 1) }
    var scan = unsafe MessagePackScan(base, bytes.count, from: offset, &tape, limits)
    try unsafe scan.run(&tape, &open)
    if limits.uniqueKeys {
      var keys = MessagePackKeys()
      try keys.check(input, from: offset)
    }
    return unsafe scan.offset
  }
}
