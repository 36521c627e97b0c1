public import MoltTape

/// A document read from CBOR.
public typealias CBORDocument = TapeDocument

/// Reads whole CBOR values onto a tape, where they can be walked in any order.
///
/// The bytes `a2 61 61 9f 01 ff 61 62 f6`, which are `{"a": [_ 1], "b": null}`, become
///
///     0  map      2 pairs, ends before word 6
///     1  text     1 byte at 2
///     2  array    1 element, ends before word 4
///     3  integer  1
///     4  text     1 byte at 7
///     5  null
///
/// Strings in several chunks are put together in the tape's own memory; nothing else is copied, and
/// nothing is allocated by an announced size. Integers below -2^63 stand on the tape as tag 3, which
/// means the same (RFC 8949, section 3.4.3). A parser that is used again keeps its memory. Every
/// well-formed encoding is accepted, unless the limits ask for the deterministic one; texts are
/// checked for UTF-8.
///
/// Source: RFC 8949.
public struct CBORParser: ~Copyable {
  /// What the parser takes.
  public var limits: CBORLimits
  var tape = Tape(capacity: 64)
  var open = OpenContainers()

  /// Creates a parser.
  ///
  /// - Parameter limits: What it takes.
  public init(limits: CBORLimits = CBORLimits()) { self.limits = limits }

  /// Reads the one value that fills the input.
  ///
  /// - Parameter input: The value's bytes.
  /// - Returns: The value, which borrows the parser and the input.
  /// - Throws: ``CBORError``, any case but `mismatch` and `outOfRange`.
  /// - Complexity: O(`input.count`), without recursion
  @_lifetime(&self, copy input)
  public mutating func parse(_ input: Span<UInt8>) throws(CBORError) -> CBORDocument {
    let end = try fill(input, from: 0)
    guard end == input.count else { throw .trailingData(offset: end) }
    return TapeDocument(tape, input: input, format: .cbor)
  }

  /// Reads the next value of a sequence (RFC 8742).
  ///
  ///     var offset = 0
  ///     while offset < input.count {
  ///       let document = try parser.parse(input, at: &offset)
  ///     }
  ///
  /// - Parameters:
  ///   - input: The whole sequence.
  ///   - offset: Where the value starts; afterwards where it ended. As it was after a throw.
  /// - Returns: The value, which borrows the parser and the input.
  /// - Throws: ``CBORError``, any case but `mismatch`, `outOfRange` and `trailingData`.
  /// - Precondition: `offset` lies between 0 and `input.count`.
  /// - Complexity: O(bytes of the value), without recursion
  @_lifetime(&self, copy input)
  public mutating func parse(
    _ input: Span<UInt8>,
    at offset: inout Int
  ) throws(CBORError) -> CBORDocument {
    precondition(offset >= 0 && offset <= input.count, "offset is outside the input")
    let start = offset
    offset = try fill(input, from: start)
    return TapeDocument(tape, input: input, format: .cbor, startingAt: start)
  }

  /// Reads one value onto the tape.
  ///
  /// - Returns: Where the value ended.
  private mutating func fill(_ input: Span<UInt8>, from offset: Int) throws(CBORError) -> Int {
    guard input.count <= min(limits.byteCount, TapeWord.maximumOffset) else {
      throw .tooLong(offset: 0)
    }
    tape.removeAll()
    open.removeAll()
    // Safety: the scan reads below `input.count` only, while the span is borrowed.
    let bytes = unsafe input.withUnsafeBufferPointer { unsafe $0 }
    guard let base = bytes.baseAddress else { throw .endOfInput(offset: 0, needed: 1) }
    var scan = unsafe CBORScan(base, bytes.count, from: offset, &tape, limits)
    try unsafe scan.run(&tape, &open)
    if limits.uniqueKeys {
      var keys = CBORKeys()
      try keys.check(input, from: offset)
    }
    if let order = limits.determinism {
      var check = CBORDeterminism(order)
      try check.check(input, from: offset)
    }
    return unsafe scan.offset
  }
}
