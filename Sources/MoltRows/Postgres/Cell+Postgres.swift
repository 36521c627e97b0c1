internal import MoltScalars

/// What lies between PostgreSQL's first day, 2000-01-01, and that of the cells, 1970-01-01.
@usableFromInline
enum PostgresEpoch {
  @usableFromInline static let days: Int32 = 10_957
  @usableFromInline static let microseconds: Int64 = 946_684_800_000_000
}

extension Cell {
  /// Reads a value that PostgreSQL sent in binary; nil if its bytes are not of its kind.
  ///
  /// The cell keeps the bytes where they are and is good for as long as they are. The insides of
  /// numbers with digits and of documents are looked at when they are written.
  ///
  /// - Parameters:
  ///   - bytes: The value without its length.
  ///   - kind: How the bytes are laid out.
  /// - Complexity: O(1)
  @inlinable @inline(__always)
  public init?(postgres bytes: CellBytes, _ kind: PostgresKind) {
    switch kind {
    case .text: self = .text(bytes)
    case .int32:
      guard bytes.byteCount == 4, let value = bytes.integer(Int32.self) else { return nil }
      self = .integer(Int64(value))
    case .int64:
      guard bytes.byteCount == 8, let value = bytes.integer(Int64.self) else { return nil }
      self = .integer(value)
    case .timestampUTC:
      guard let moment = Self.microseconds(bytes) else { return nil }
      self = .timestampUTC(microseconds: moment)
    case .timestamp:
      guard let moment = Self.microseconds(bytes) else { return nil }
      self = .timestamp(microseconds: moment)
    case .numeric:
      guard let count = bytes.integer(UInt16.self), bytes.byteCount == 8 &+ 2 &* Int(count) else {
        return nil
      }
      self = .numeric(bytes)
    case .boolean:
      guard bytes.byteCount == 1, let value = bytes.integer(UInt8.self), value <= 1 else {
        return nil
      }
      self = .boolean(value == 1)
    case .float64:
      guard bytes.byteCount == 8, let bits = bytes.integer(UInt64.self) else { return nil }
      let value = Double(bitPattern: bits)
      // The text of every NaN is the same.
      self = .float(value.isNaN ? .nan : value)
    case .uuid:
      guard bytes.byteCount == 16 else { return nil }
      self = .uuid(bytes)
    default:
      guard let cell = Self.rare(bytes, kind) else { return nil }
      self = cell
    }
  }

  /// The kinds that few rows have.
  @usableFromInline @inline(never)
  static func rare(_ bytes: CellBytes, _ kind: PostgresKind) -> Cell? {
    switch kind {
    case .int16:
      guard bytes.byteCount == 2, let value = bytes.integer(Int16.self) else { return nil }
      return .integer(Int64(value))
    case .oid:
      guard bytes.byteCount == 4, let value = bytes.integer(UInt32.self) else { return nil }
      return .integer(Int64(value))
    case .float32:
      guard bytes.byteCount == 4, let bits = bytes.integer(UInt32.self) else { return nil }
      return .float(Double(textOf: Float(bitPattern: bits)))
    case .date:
      guard bytes.byteCount == 4, let days = bytes.integer(Int32.self) else { return nil }
      return .date(days: sinceUnixEpoch(days, PostgresEpoch.days))
    case .time:
      guard bytes.byteCount == 8, let time = bytes.integer(Int64.self) else { return nil }
      return .timeOfDay(microseconds: time)
    case .interval: return bytes.byteCount == 16 ? .interval(bytes) : nil
    case .bytes: return .blob(bytes)
    case .json: return .json(bytes)
    case .jsonb:
      guard bytes.integer(UInt8.self) == 1 else { return nil }
      return bytes.part(1, bytes.byteCount - 1).map { .text($0) }
    case .text, .int32, .int64, .timestamp, .timestampUTC, .numeric, .boolean, .float64, .uuid:
      return Cell(postgres: bytes, kind)
    }
  }

  @inlinable @inline(__always)
  static func microseconds(_ bytes: CellBytes) -> Int64? {
    guard bytes.byteCount == 8, let moment = bytes.integer(Int64.self) else { return nil }
    return sinceUnixEpoch(moment, PostgresEpoch.microseconds)
  }

  /// Moves a point in time to the other epoch; the infinities stay what they are.
  @inlinable @inline(__always)
  static func sinceUnixEpoch<Integer: FixedWidthInteger>(
    _ value: Integer,
    _ distance: Integer
  ) -> Integer {
    let (sum, hasOverflown) = value.addingReportingOverflow(distance)
    return hasOverflown ? .max : value == .min ? .min : sum
  }

  /// The interval's bytes as numbers.
  static func interval(_ bytes: CellBytes) -> PostgresInterval? {
    guard bytes.byteCount == 16, let microseconds = bytes.integer(Int64.self),
      let days = bytes.integer(Int32.self, at: 8), let months = bytes.integer(Int32.self, at: 12)
    else { return nil }
    return PostgresInterval(microseconds: microseconds, days: days, months: months)
  }
}
