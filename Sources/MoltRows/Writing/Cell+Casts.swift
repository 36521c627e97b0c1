internal import MoltScalars

extension Cell {
  /// Python's `int()` of a number that fits 64 bits; nil otherwise.
  @inline(__always)
  var integerCast: Int64? {
    switch self {
    case .integer(let value): value
    case .float(let value): Int64(exactly: value.rounded(.towardZero))
    default: typedInteger
    }
  }

  /// Python's `float()` of a number; nil for anything else.
  @inline(__always)
  var floatCast: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .float(let value): value
    default: typedFloat
    }
  }

  /// A truth value, or 0 and 1 as one; nil for anything else.
  @inline(__always)
  var truthValue: Bool? {
    switch self {
    case .boolean(let value): value
    case .integer(0): false
    case .integer(1): true
    default: nil
    }
  }
  /// Python's `int()` of a `Decimal` or a `bool`.
  @inline(never)
  private var typedInteger: Int64? {
    switch self {
    case .numeric(let bytes): PostgresNumeric(bytes.span)?.integer
    case .boolean(let value): value ? 1 : 0
    default: nil
    }
  }

  /// Python's `float()` of a `Decimal` or a `bool`.
  @inline(never)
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
