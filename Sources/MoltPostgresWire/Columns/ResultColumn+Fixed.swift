internal import MoltColumns
internal import MoltScalars

/// An interval as Arrow has it.
private struct ArrowInterval: BitwiseCopyable {
  var months: Int32
  var days: Int32
  var nanoseconds: Int64

  init() { (months, days, nanoseconds) = (0, 0, 0) }

  /// Decodes microseconds, days and months; nil for an infinite one, and one beyond 292 years.
  init?(_ bits: UInt128) {
    let microseconds = Int64(truncatingIfNeeded: bits >> 64)
    days = Int32(truncatingIfNeeded: bits >> 32)
    months = Int32(truncatingIfNeeded: bits)
    let (product, isTooLarge) = microseconds.multipliedReportingOverflow(by: 1_000)
    if isTooLarge { return nil }
    nanoseconds = product
  }
}

extension ResultColumn {
  /// 2000-01-01, where PostgreSQL counts from, in days and microseconds since 1970-01-01.
  private static let epochDays: Int32 = 10_957
  private static let epochMicroseconds: Int64 = 946_684_800_000_000

  /// Appends values of a fixed width: one loop per type.
  func appendFixed(_ cells: Span<ByteSlice>, in bytes: Span<UInt8>) throws(ColumnFault) {
    switch layout.kind {
    case .int2: try append(cells, bytes, null: 0) { (bits: UInt16) in Int16(bitPattern: bits) }
    case .int4: try append(cells, bytes, null: 0) { (bits: UInt32) in Int32(bitPattern: bits) }
    case .int8: try append(cells, bytes, null: 0) { (bits: UInt64) in Int64(bitPattern: bits) }
    case .oid, .float4: try append(cells, bytes, null: 0) { (bits: UInt32) in bits }
    case .float8: try append(cells, bytes, null: 0) { (bits: UInt64) in bits }
    case .date: try append(cells, bytes, null: 0) { (bits: UInt32) in Self.date(bits) }
    case .time: try append(cells, bytes, null: 0) { (bits: UInt64) in Self.time(bits) }
    case .timestamp: try append(cells, bytes, null: 0) { (bits: UInt64) in Self.timestamp(bits) }
    case .interval:
      try append(cells, bytes, null: ArrowInterval()) { (bits: UInt128) in ArrowInterval(bits) }
    case .uuid: try append(cells, bytes, null: 0) { (bits: UInt128) in bits.bigEndian }
    case .numeric(let precision, let scale):
      try appendDecimals(cells, in: bytes, precision: precision, scale: scale)
    case .boolean, .bytes, .jsonb, .list: break
    }
  }

  /// Days since 1970-01-01; nil for the infinities, the least and the greatest number.
  @inline(__always)
  private static func date(_ bits: UInt32) -> Int32? {
    let days = Int32(bitPattern: bits)
    let (sum, isTooLarge) = days.addingReportingOverflow(epochDays)
    return isTooLarge || days == .min ? nil : sum
  }

  /// Microseconds since midnight; nil for 24:00:00, which Arrow does not have.
  @inline(__always)
  private static func time(_ bits: UInt64) -> Int64? {
    bits < 86_400_000_000 ? Int64(bitPattern: bits) : nil
  }

  /// Microseconds since 1970-01-01; nil for the infinities, and for years after 294246.
  @inline(__always)
  private static func timestamp(_ bits: UInt64) -> Int64? {
    let microseconds = Int64(bitPattern: bits)
    let (sum, isTooLarge) = microseconds.addingReportingOverflow(epochMicroseconds)
    return isTooLarge || microseconds == .min ? nil : sum
  }

  /// Appends cells of one width.
  ///
  /// - Parameters:
  ///   - cells: Where they lie.
  ///   - bytes: In what they lie.
  ///   - null: What stands where nothing is.
  ///   - convert: Makes a value of the bytes as a number; nil for one that Arrow does not have.
  /// - Throws: ``ColumnFault`` for a cell of another width, and one that `convert` turns down.
  @inline(__always)
  private func append<Wire: FixedWidthInteger & BitwiseCopyable, Value: BitwiseCopyable>(
    _ cells: Span<ByteSlice>,
    _ bytes: Span<UInt8>,
    null: Value,
    _ convert: (Wire) -> Value?
  ) throws(ColumnFault) {
    let width = Int32(truncatingIfNeeded: MemoryLayout<Wire>.size)
    try builder.append(Value.self, count: cells.count) { (output) throws(ColumnFault) in
      for index in cells.indices {
        let cell = cells[index]
        if cell.count == width {
          // Safety: the load checks its bounds, and every pattern of bits is a number.
          let bits = unsafe bytes.bytes.unsafeLoadUnaligned(
            fromByteOffset: Int(cell.start),
            as: Wire.self
          )
          guard let value = convert(Wire(bigEndian: bits)) else { throw .unsupported(index) }
          output.append(value)
        } else {
          guard cell.isNull else { throw .malformed(index) }
          output.append(null)
        }
      }
    }
    builder.appendValidity(cells)
  }

  private func appendDecimals(
    _ cells: Span<ByteSlice>,
    in bytes: Span<UInt8>,
    precision: Int,
    scale: Int
  ) throws(ColumnFault) {
    var limit: Int128 = 1
    for _ in 0..<precision { limit *= 10 }
    try builder.append(Int128.self, count: cells.count) { (output) throws(ColumnFault) in
      for index in cells.indices {
        let cell = cells[index]
        guard !cell.isNull else {
          output.append(0)
          continue
        }
        let start = Int(cell.start)
        let value = bytes.extracting(start..<(start + Int(cell.count)))
        guard let number = PostgresNumeric(value) else { throw .malformed(index) }
        guard let count = number.coefficient(places: scale), count.magnitude < limit.magnitude
        else { throw .unsupported(index) }
        output.append(count)
      }
    }
    builder.appendValidity(cells)
  }
}
