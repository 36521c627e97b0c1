/// One word of a tape: what a value is, and the value or where it stands.
///
/// A tape holds the values of a document in the order in which they were read, in 64-bit words. The
/// document
///
///     {"a":[1,2.5],"b":"x"}          bytes 0...20
///
/// has the tape
///
///     0  map      2 pairs, ends before word 8
///     1  text     1 byte at 2                  "a"
///     2  array    2 elements, ends before word 6
///     3  integer  1
///     4  double   3 bytes at 8, and the bits in word 5
///     5           0x4004000000000000
///     6  text     1 byte at 14                 "b"
///     7  text     1 byte at 18                 "x"
///
/// so that a reader steps over an array or map of any size in one move, and a text costs no copy: it
/// stays in the document's own bytes. Only where these differ from the text (a JSON escape, a CBOR
/// text in chunks) the text stands in the tape's arena.
///
/// The kind is in the top four bits, the payload in the others:
///
/// | Kind | Payload | Words after it |
/// |---|---|---|
/// | `null` | 0 | |
/// | `boolean` | 0 or 1 | |
/// | `integer` | the value, 60 bits with sign | |
/// | `int64`, `uint64` | its source | the value |
/// | `double` | its source | the bits |
/// | `number` | its source, a JSON number beyond 64 bits | |
/// | `text`, `binary` | its bytes in the input | |
/// | `arenaText`, `arenaBinary` | its bytes in the arena | |
/// | `array`, `map` | count and end | its elements, or keys and values in turn |
/// | `tag` | the number, or all ones when a word with it follows | the tagged value |
/// | `extension` | the type, 8 bits with sign | a `binary` |
/// | `simple` | the number | |
///
/// A source is a byte count (28 bits) above an offset into the input (32 bits). Count and end are a
/// number of elements or pairs (28 bits, all ones when there are more) above the index of the word
/// behind the last (32 bits).
public struct TapeWord: Equatable, Sendable {
  /// What a word is.
  public enum Kind: UInt8, Sendable {
    case null, boolean, integer, int64, uint64, double, number
    case text, arenaText, binary, arenaBinary
    case array, map, tag, `extension`, simple
  }

  /// The longest source, text or binary, and the largest count that is exact: 268,435,455.
  public static let maximumCount = 1 << 28 - 1
  /// The largest offset and the largest index: 4,294,967,295.
  public static let maximumOffset = 1 << 32 - 1
  /// The integers that need one word.
  public static let inlineIntegers: ClosedRange<Int64> = -(1 << 59)...(1 << 59 - 1)

  /// The word as it stands on the tape.
  public let bits: UInt64

  /// A word as it stands on the tape.
  @inlinable public init(bits: UInt64) { self.bits = bits }

  /// A word from its parts.
  @inlinable public init(_ kind: Kind, payload: UInt64) {
    bits = UInt64(kind.rawValue) << 60 | payload
  }

  /// A word whose payload is a byte count above an offset, or a count above an end.
  @inlinable public init(_ kind: Kind, count: Int, at offset: Int) {
    self.init(
      kind,
      payload: UInt64(truncatingIfNeeded: count) << 32 | UInt64(truncatingIfNeeded: offset)
    )
  }

  /// An integer of ``inlineIntegers``.
  @inlinable public init(integer: Int64) {
    self.init(.integer, payload: UInt64(bitPattern: integer) & (1 << 60 - 1))
  }

  /// What the word is.
  @inlinable public var kind: Kind {
    // Safety: all sixteen values of four bits are kinds.
    unsafe unsafeBitCast(UInt8(truncatingIfNeeded: bits >> 60), to: Kind.self)
  }

  /// Everything below the kind.
  @inlinable public var payload: UInt64 { bits & (1 << 60 - 1) }
  /// The byte count of a source, text or binary; the count of an array or map.
  @inlinable public var count: Int { Int(truncatingIfNeeded: bits >> 32) & Self.maximumCount }
  /// The offset of a source, text or binary; the end of an array or map.
  @inlinable public var offset: Int { Int(truncatingIfNeeded: bits & 0xFFFF_FFFF) }
  /// The value of an `integer`.
  @inlinable public var integer: Int64 { Int64(bitPattern: bits << 4) >> 4 }

  /// How many words the value takes by itself: those of an array's elements are its own business.
  @inlinable public var wordCount: Int {
    switch kind {
    case .int64, .uint64, .double: 2
    case .tag: payload == 1 << 60 - 1 ? 2 : 1
    default: 1
    }
  }
}
