internal import MoltColumns

/// How the values of a result column are asked for, and what becomes of them.
///
/// A type without a layout of its own comes as the text that the server writes.
struct ColumnLayout: Equatable {
  /// What the bytes of a value are.
  enum Kind: Equatable {
    case boolean, int2, int4, int8, oid, float4, float8
    case numeric(precision: Int, scale: Int)
    case date, time, timestamp, interval, uuid
    /// The bytes themselves.
    case bytes
    /// A version, and the text of a document.
    case jsonb
    indirect case list(Kind, elementOID: UInt32)
  }

  let kind: Kind
  let type: ColumnType
  let format: PostgresFormat

  /// Chooses the layout of a column.
  init(_ column: PostgresColumn) {
    if let scalar = Self.scalar(column.typeOID, column.typeModifier) {
      self.init(kind: scalar.0, type: scalar.1, format: .binary)
    } else if let element = PostgresType.element(column.typeOID),
      let scalar = Self.element(element, column.typeModifier)
    {
      let kind = Kind.list(scalar.0, elementOID: element)
      self.init(kind: kind, type: .list(scalar.1), format: .binary)
    } else {
      // Of texts, text and binary are the same bytes, and the server makes the text faster.
      self.init(kind: .bytes, type: .text, format: .text)
    }
  }

  private init(kind: Kind, type: ColumnType, format: PostgresFormat) {
    self.kind = kind
    self.type = type
    self.format = format
  }

  /// The layout of the elements; nil for other types than lists.
  var elements: ColumnLayout? {
    guard case .list(let kind, _) = kind, case .list(let type) = type else { return nil }
    return ColumnLayout(kind: kind, type: type, format: .binary)
  }

  /// The layout of a type's binary form; nil for those that come as text.
  private static func scalar(_ oid: UInt32, _ typeModifier: Int32) -> (Kind, ColumnType)? {
    switch oid {
    case 16: (.boolean, .boolean)
    case 17: (.bytes, .binary)
    case 20: (.int8, .int64)
    case 21: (.int2, .int16)
    case 23: (.int4, .int32)
    case 26: (.oid, .uint32)
    case 700: (.float4, .float32)
    case 701: (.float8, .float64)
    case 1082: (.date, .date32)
    case 1083: (.time, .time64)
    case 1114: (.timestamp, .timestamp(zone: nil))
    case 1184: (.timestamp, .timestamp(zone: "UTC"))
    case 1186: (.interval, .interval)
    case 1700: numeric(typeModifier)
    case 2950: (.uuid, .uuid)
    default: nil
    }
  }

  /// The layout of an array's elements.
  private static func element(_ oid: UInt32, _ typeModifier: Int32) -> (Kind, ColumnType)? {
    switch oid {
    // name, text, json, character, character varying
    case 19, 25, 114, 1042, 1043: (.bytes, .text)
    case 3802: (.jsonb, .text)
    default: scalar(oid, typeModifier)
    }
  }

  /// A `numeric` is exact as a decimal when the column says how many digits there are at most.
  ///
  /// The modifier is `((precision << 16) | (scale & 0x7FF)) + 4`, with a scale of 11 bits.
  private static func numeric(_ typeModifier: Int32) -> (Kind, ColumnType)? {
    guard typeModifier >= 4 else { return nil }
    let precision = Int((typeModifier - 4) >> 16) & 0xFFFF
    let scale = ((Int(typeModifier - 4) & 0x7FF) ^ 0x400) - 0x400
    guard (1...38).contains(precision), (0...precision).contains(scale) else { return nil }
    let type = ColumnType.decimal128(precision: precision, scale: scale)
    return (.numeric(precision: precision, scale: scale), type)
  }
}
