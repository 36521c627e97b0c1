internal import MoltScalars

extension Cell {
  /// Whether the database knows a type beyond SQLite's storage classes.
  ///
  /// The loops over SQLite's rows ask once per cell, and are otherwise what they would be without
  /// those types.
  @inline(__always)
  var isTyped: Bool {
    switch self {
    case .null, .integer, .float, .text, .blob: false
    default: true
    }
  }

  /// Python's `int()` of a number that fits 64 bits; nil otherwise.
  @inline(__always)
  var integerCast: Int64? {
    switch self {
    case .integer(let value): value
    case .float(let value): Int64(exactly: value.rounded(.towardZero))
    default: nil
    }
  }

  /// Python's `float()` of a number; nil for anything else.
  @inline(__always)
  var floatCast: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .float(let value): value
    default: nil
    }
  }

  /// 0 and 1 as a boolean; nil for anything else.
  @inline(__always)
  var boolean: Bool? {
    switch self {
    case .integer(0): false
    case .integer(1): true
    default: nil
    }
  }
  /// Python's `int()` of a `Decimal` or a `bool`.
  var typedInteger: Int64? {
    switch self {
    case .numeric(let bytes): PostgresNumeric(bytes.span)?.integer
    case .boolean(let value): value ? 1 : 0
    default: nil
    }
  }

  /// Python's `float()` of a `Decimal` or a `bool`.
  var typedFloat: Double? {
    switch self {
    case .numeric(let bytes):
      guard let number = PostgresNumeric(bytes.span) else { return nil }
      return Double(number)
    case .boolean(let value): return value ? 1 : 0
    default: return nil
    }
  }
}
