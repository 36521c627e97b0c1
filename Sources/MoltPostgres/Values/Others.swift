public import MoltBytes
public import MoltPostgresWire
internal import MoltScalars

/// An exact number of any length: `numeric`.
public struct PostgresDecimal: Hashable, Sendable, CustomStringConvertible {
  /// The number as the server writes it, such as `1.50`, `NaN` or `-Infinity`.
  public var description: String

  /// Creates a number of its text; the server says whether it is one.
  public init(_ text: String) { description = text }
}

extension PostgresDecimal: PostgresEncodable, PostgresDecodable {
  /// `numeric`.
  public static var postgresType: UInt32 { 1700 }
  /// Text.
  public static var postgresFormat: PostgresFormat { .text }
  /// Appends the number as text.
  public func appendPostgres(to writer: inout ByteWriter) { writer.append(description) }
  /// Reads a `numeric`, or an integer.
  public init(postgres cell: PostgresCell) throws(PostgresCellError) {
    if cell.isNull { throw .null }
    if cell.format == .text {
      description = try cell.readText()
    } else if cell.typeOID == 1700 {
      guard let number = PostgresNumeric(cell.bytes) else { throw .malformed }
      var writer = ByteWriter(capacity: 64)
      writer.appendNumeric(number, isPlain: true)
      guard let text = try? UTF8Span(validating: writer.span) else { throw .malformed }
      description = String(copying: text)
    } else {
      description = String(try cell.wholeNumber())
    }
  }
}

/// A value of 128 bits: `uuid`.
public struct PostgresUUID: Hashable, Sendable, CustomStringConvertible {
  /// The first eight bytes.
  public var high: UInt64
  /// The last eight bytes.
  public var low: UInt64

  /// Creates a value of its halves.
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Creates a value of 32 hexadecimal digits with any number of hyphens; nil for other texts.
  public init?(_ text: String) {
    var digits = 0
    (high, low) = (0, 0)
    for character in text where character != "-" {
      guard let digit = character.hexDigitValue, character.isASCII, digits < 32 else { return nil }
      high = high << 4 | low >> 60
      low = low << 4 | UInt64(digit)
      digits += 1
    }
    if digits != 32 { return nil }
  }

  /// The value in groups of 8, 4, 4, 4 and 12 digits.
  public var description: String {
    func hexadecimal(_ value: UInt64, _ count: Int) -> String {
      let digits = String(value, radix: 16)
      return String(repeating: "0", count: count - digits.count) + digits
    }
    return [
      hexadecimal(high >> 32, 8), hexadecimal(high >> 16 & 0xFFFF, 4),
      hexadecimal(high & 0xFFFF, 4), hexadecimal(low >> 48, 4),
      hexadecimal(low & 0xFFFF_FFFF_FFFF, 12),
    ].joined(separator: "-")
  }
}

extension PostgresUUID: PostgresEncodable, PostgresDecodable, PostgresArrayElement {
  /// `uuid`.
  public static var postgresType: UInt32 { 2950 }
  /// `uuid[]`.
  public static var postgresArrayType: UInt32 { 2951 }
  /// Appends sixteen bytes.
  public func appendPostgres(to writer: inout ByteWriter) {
    writer.appendBigEndian(high)
    writer.appendBigEndian(low)
  }
  /// Reads a `uuid`.
  public init(postgres cell: PostgresCell) throws(PostgresCellError) {
    try cell.check(type: 2950)
    guard cell.bytes.count == 16 else { throw .malformed }
    (high, low) = (0, 0)
    for index in 0..<8 {
      high = high << 8 | UInt64(cell.bytes[index])
      low = low << 8 | UInt64(cell.bytes[index + 8])
    }
  }
}

/// A JSON document as text: `jsonb`, or `json` when it is read.
public struct PostgresJSON: Hashable, Sendable {
  /// The document.
  public var text: String

  /// Creates a document of its text; the server says whether it is one.
  public init(_ text: String) { self.text = text }
}

extension PostgresJSON: PostgresEncodable, PostgresDecodable {
  /// Whatever the place of the parameter asks for.
  public static var postgresType: UInt32 { 0 }
  /// Text.
  public static var postgresFormat: PostgresFormat { .text }
  /// Appends the document.
  public func appendPostgres(to writer: inout ByteWriter) { writer.append(text) }
  /// Reads a `jsonb` or a `json`.
  public init(postgres cell: PostgresCell) throws(PostgresCellError) {
    text = try String(postgres: cell)
  }
}
