public import MoltBytes
internal import MoltPostgresWire

/// A moment: `timestamptz`, or a `timestamp` that is taken for UTC.
///
/// The server's infinities are kept; they have no ``microseconds`` that mean anything.
public struct PostgresTimestamp: Hashable, Comparable, Sendable {
  /// Microseconds since 2000-01-01 00:00 UTC, which is how the server counts.
  public var microseconds: Int64

  /// Later than every moment.
  public static let infinity = Self(microseconds: .max)
  /// Earlier than every moment.
  public static let negativeInfinity = Self(microseconds: .min)
  /// Seconds from 1970-01-01 to 2000-01-01.
  private static let epoch: Int64 = 946_684_800

  /// Creates a moment by the server's count.
  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// Creates a moment by the count of seconds since 1970; nil where the server has no such moment.
  public init?(secondsSince1970 seconds: Int64, microseconds: Int64 = 0) {
    let (shifted, overflow) = seconds.subtractingReportingOverflow(Self.epoch)
    let (whole, tooLarge) = shifted.multipliedReportingOverflow(by: 1_000_000)
    let (sum, tooLate) = whole.addingReportingOverflow(microseconds)
    if overflow || tooLarge || tooLate { return nil }
    self.microseconds = sum
  }

  /// Whether it is one of the infinities.
  public var isInfinite: Bool { self == .infinity || self == .negativeInfinity }

  /// Seconds since 1970, downwards, and the microseconds of the second; nil for the infinities.
  public var sinceEpoch: (seconds: Int64, microseconds: Int64)? {
    if isInfinite { return nil }
    let part = microseconds % 1_000_000
    let rest = part < 0 ? part + 1_000_000 : part
    return ((microseconds - part) / 1_000_000 - (part < 0 ? 1 : 0) + Self.epoch, rest)
  }

  /// Whether a moment is earlier than another.
  public static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }
}

extension PostgresTimestamp: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
  /// `timestamptz`.
  public static var postgresType: UInt32 { 1184 }
  /// `timestamptz[]`.
  public static var postgresArrayType: UInt32 { 1185 }
  /// Appends eight bytes.
  public func appendPostgres(to writer: inout ByteWriter) {
    writer.appendBigEndian(UInt64(bitPattern: microseconds))
  }
  /// Reads a `timestamptz` or a `timestamp`.
  public init(postgres cell: PostgresCell) throws(PostgresCellError) {
    try cell.checkIsBinary()
    guard cell.typeOID == 1184 || cell.typeOID == 1114 else { throw .typeMismatch }
    microseconds = try cell.readInteger()
  }
}

/// A day of the calendar: `date`.
public struct PostgresDate: Hashable, Comparable, Sendable {
  /// Days since 2000-01-01.
  public var days: Int32

  /// Later than every day.
  public static let infinity = Self(days: .max)
  /// Earlier than every day.
  public static let negativeInfinity = Self(days: .min)

  /// Creates a day by the server's count.
  public init(days: Int32) { self.days = days }

  /// Whether a day is earlier than another.
  public static func < (left: Self, right: Self) -> Bool { left.days < right.days }
}

extension PostgresDate: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
  /// `date`.
  public static var postgresType: UInt32 { 1082 }
  /// `date[]`.
  public static var postgresArrayType: UInt32 { 1182 }
  /// Appends four bytes.
  public func appendPostgres(to writer: inout ByteWriter) {
    writer.appendBigEndian(UInt32(bitPattern: days))
  }
  /// Reads a `date`.
  public init(postgres cell: PostgresCell) throws(PostgresCellError) {
    try cell.check(type: 1082)
    days = try cell.readInteger()
  }
}

/// A time of the day without a zone: `time`.
public struct PostgresTime: Hashable, Comparable, Sendable {
  /// Microseconds since midnight.
  public var microseconds: Int64

  /// Creates a time.
  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// Whether a time is earlier than another.
  public static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }
}

extension PostgresTime: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
  /// `time`.
  public static var postgresType: UInt32 { 1083 }
  /// `time[]`.
  public static var postgresArrayType: UInt32 { 1183 }
  /// Appends eight bytes.
  public func appendPostgres(to writer: inout ByteWriter) {
    writer.appendBigEndian(UInt64(bitPattern: microseconds))
  }
  /// Reads a `time`.
  public init(postgres cell: PostgresCell) throws(PostgresCellError) {
    try cell.check(type: 1083)
    microseconds = try cell.readInteger()
  }
}

/// A span of time in its three parts, which have no fixed ratio: `interval`.
public struct PostgresInterval: Hashable, Sendable {
  /// Months, years among them.
  public var months: Int32
  /// Days.
  public var days: Int32
  /// What is shorter than a day, or was not justified.
  public var microseconds: Int64

  /// Creates an interval.
  public init(months: Int32 = 0, days: Int32 = 0, microseconds: Int64 = 0) {
    self.months = months
    self.days = days
    self.microseconds = microseconds
  }
}

extension PostgresInterval: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
  /// `interval`.
  public static var postgresType: UInt32 { 1186 }
  /// `interval[]`.
  public static var postgresArrayType: UInt32 { 1187 }
  /// Appends sixteen bytes.
  public func appendPostgres(to writer: inout ByteWriter) {
    writer.appendBigEndian(UInt64(bitPattern: microseconds))
    writer.appendBigEndian(UInt32(bitPattern: days))
    writer.appendBigEndian(UInt32(bitPattern: months))
  }
  /// Reads an `interval`.
  public init(postgres cell: PostgresCell) throws(PostgresCellError) {
    try cell.check(type: 1186)
    guard cell.bytes.count == 16 else { throw .malformed }
    func number(_ range: Range<Int>) -> UInt64 {
      range.reduce(0) { $0 << 8 | UInt64(cell.bytes[$1]) }
    }
    microseconds = Int64(bitPattern: number(0..<8))
    days = Int32(truncatingIfNeeded: number(8..<12))
    months = Int32(truncatingIfNeeded: number(12..<16))
  }
}
