/// What the values of a column are, and so how its memory is laid out.
///
/// Source: "Data types" and "Physical memory layout" of the Arrow columnar format.
public indirect enum ColumnType: Equatable, Sendable {
  /// One bit per value.
  case boolean
  /// Two bytes, signed.
  case int16
  /// Four bytes, signed.
  case int32
  /// Eight bytes, signed.
  case int64
  /// Four bytes, unsigned.
  case uint32
  /// Four bytes, IEEE 754.
  case float32
  /// Eight bytes, IEEE 754.
  case float64
  /// Sixteen bytes: an integer that counts 10^-scale.
  case decimal128(precision: Int, scale: Int)
  /// Four bytes: days since 1970-01-01.
  case date32
  /// Eight bytes: microseconds since midnight.
  case time64
  /// Eight bytes: microseconds since 1970-01-01, in UTC where there is a zone.
  case timestamp(zone: String?)
  /// Sixteen bytes: months, days, nanoseconds, each for itself.
  case interval
  /// Bytes in UTF-8, with offsets of four bytes.
  case text
  /// Bytes, with offsets of four bytes.
  case binary
  /// Sixteen bytes in the order in which they are written; the extension type `arrow.uuid`.
  case uuid
  /// Lists of values, with offsets of four bytes.
  case list(ColumnType)

  /// How the C data interface names the type.
  public var format: String {
    switch self {
    case .boolean: "b"
    case .int16: "s"
    case .int32: "i"
    case .int64: "l"
    case .uint32: "I"
    case .float32: "f"
    case .float64: "g"
    case .decimal128(let precision, let scale): "d:\(precision),\(scale)"
    case .date32: "tdD"
    case .time64: "ttu"
    case .timestamp(let zone): "tsu:\(zone ?? "")"
    case .interval: "tin"
    case .text: "u"
    case .binary: "z"
    case .uuid: "w:16"
    case .list: "+l"
    }
  }

  /// The name of the Arrow extension type; nil for the types of the format itself.
  public var extensionName: String? { self == .uuid ? "arrow.uuid" : nil }

  /// How many bytes a value takes; 0 where that differs, and for bits.
  public var byteCount: Int {
    switch self {
    case .boolean, .text, .binary, .list: 0
    case .int16: 2
    case .int32, .uint32, .float32, .date32: 4
    case .int64, .float64, .time64, .timestamp: 8
    case .decimal128, .interval, .uuid: 16
    }
  }

  /// Whether values are found by offsets.
  var hasOffsets: Bool {
    switch self {
    case .text, .binary, .list: true
    default: false
    }
  }
}

/// A column's name and type.
///
/// Every column may hold nulls.
public struct ColumnField: Equatable, Sendable {
  /// The name; names may repeat.
  public var name: String
  /// The type.
  public var type: ColumnType

  /// Creates a field.
  public init(name: String, type: ColumnType) {
    self.name = name
    self.type = type
  }
}
