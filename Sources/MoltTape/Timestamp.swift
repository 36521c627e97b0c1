/// A moment: seconds since 1970-01-01T00:00:00Z and nanoseconds after them.
///
/// MessagePack has it as extension -1, CBOR as tags 1 and 1001:
///
///     2018-01-02T03:04:05Z              d6 ff 5a 4a f6 a5               c1 1a 5a 4a f6 a5
///     2018-01-02T03:04:05.678901234Z    d7 ff a1 dc d7 c8 5a 4a f6 a5   d9 03 e9 a2 01 … 28 …
///
/// Source: the MessagePack specification, section "Timestamp extension type"; RFC 8949, section 3.4.2;
/// RFC 9581, section 3.
public struct Timestamp: Hashable, Comparable, Sendable {
  /// The type of MessagePack's extension.
  public static let extensionType: Int8 = -1

  /// Whole seconds since 1970, rounded down.
  public let seconds: Int64
  /// The rest: 0 to 999,999,999.
  public let nanoseconds: UInt32

  /// A moment.
  ///
  /// - Parameters:
  ///   - seconds: Whole seconds since 1970, rounded down.
  ///   - nanoseconds: The rest.
  /// - Precondition: `nanoseconds` is below 1,000,000,000.
  public init(seconds: Int64, nanoseconds: UInt32 = 0) {
    precondition(nanoseconds < 1_000_000_000, "nanoseconds do not fit a second")
    self.seconds = seconds
    self.nanoseconds = nanoseconds
  }

  /// Whether a moment is earlier than another.
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
  }

  /// The moment in the body of MessagePack's extension, of 4, 8 or 12 bytes.
  ///
  /// Nil for any other length, and for 1,000,000,000 nanoseconds or more.
  ///
  /// - Parameter extensionBytes: The body.
  public init?(extensionBytes: Span<UInt8>) {
    func field(_ range: Range<Int>) -> UInt64 {
      var value: UInt64 = 0
      for index in range { value = value << 8 | UInt64(extensionBytes[index]) }
      return value
    }
    let (seconds, nanoseconds): (Int64, UInt64)
    switch extensionBytes.count {
    case 4: (seconds, nanoseconds) = (Int64(field(0..<4)), 0)
    case 8: (seconds, nanoseconds) = (Int64(field(0..<8) & (1 << 34 - 1)), field(0..<8) >> 34)
    case 12: (seconds, nanoseconds) = (Int64(bitPattern: field(4..<12)), field(0..<4))
    default: return nil
    }
    guard nanoseconds < 1_000_000_000 else { return nil }
    self.init(seconds: seconds, nanoseconds: UInt32(nanoseconds))
  }

  /// The body of MessagePack's extension: the shortest of 4, 8 and 12 bytes that holds the moment.
  public var extensionBytes: [UInt8] {
    func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
      (0..<count).reversed().map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }
    let short = UInt64(bitPattern: seconds)
    if short >> 34 != 0 { return bytes(UInt64(nanoseconds), 4) + bytes(short, 8) }
    if short >> 32 == 0 && nanoseconds == 0 { return bytes(short, 4) }
    return bytes(UInt64(nanoseconds) << 34 | short, 8)
  }

  /// The moment so many seconds after 1970, rounded down to nanoseconds.
  ///
  /// Nil for NaN and what is more than 2^63 seconds away.
  ///
  /// - Parameter seconds: Any number.
  public init?(secondsSince1970 seconds: Double) {
    let whole = seconds.rounded(.down)
    guard let exact = Int64(exactly: whole) else { return nil }
    let rest = ((seconds - whole) * 1e9).rounded(.down)
    self.init(seconds: exact, nanoseconds: min(UInt32(rest), 999_999_999))
  }

  /// The same moment as a float, if one is exact.
  public var exactSecondsSince1970: Double? {
    // A fraction of nine digits is exact in binary when it is a multiple of 2^-9.
    guard nanoseconds % 1_953_125 == 0, seconds.magnitude <= 1 << 43 else { return nil }
    return Double(seconds) + Double(nanoseconds / 1_953_125) / 512
  }
}
