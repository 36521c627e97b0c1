/// One value of a row, as a database stores it.
///
/// A row source fills a run of cells and lends it to the ``RowWriter``. SQLite has the first five
/// kinds of values, PostgreSQL all of them.
public enum Cell: BitwiseCopyable {
  /// SQL NULL.
  case null
  /// A signed integer.
  case integer(Int64)
  /// A double.
  case float(Double)
  /// Text, UTF-8 unless the database is damaged.
  case text(CellBytes)
  /// Bytes.
  case blob(CellBytes)
  /// A truth value.
  case boolean(Bool)
  /// Days since 1970-01-01; the least and the greatest number are the infinities.
  case date(days: Int32)
  /// Microseconds since midnight.
  case timeOfDay(microseconds: Int64)
  /// Microseconds since 1970-01-01 00:00 on clocks of no known zone; the least and the greatest
  /// number are the infinities.
  case timestamp(microseconds: Int64)
  /// Microseconds since 1970-01-01 00:00 UTC; the least and the greatest number are the infinities.
  case timestampUTC(microseconds: Int64)
  /// The bytes of PostgreSQL's `numeric`, see `PostgresNumeric`.
  case numeric(CellBytes)
  /// The 16 bytes of a UUID.
  case uuid(CellBytes)
  /// The 16 bytes of PostgreSQL's interval.
  case interval(CellBytes)
  /// A JSON document that the driver decodes; one that the model decodes is a text.
  case json(CellBytes)
  /// An array.
  case array(PostgresArray)
}

/// The bytes of a text or a blob, still where the database's library keeps them.
@safe public struct CellBytes: BitwiseCopyable {
  @usableFromInline let start: UnsafeRawPointer?
  @usableFromInline let count: Int

  /// Remembers where bytes are.
  ///
  /// - Parameters:
  ///   - start: The first byte; nil if there are none. It must stay valid until the row source
  ///     moves to its next row, and the cell must not be used after that.
  ///   - count: How many bytes.
  @inlinable @unsafe public init(start: UnsafeRawPointer?, count: Int) {
    unsafe self.start = start
    self.count = count
  }

  /// Remembers where the bytes of a span are.
  ///
  /// - Parameter span: Bytes that stay valid until the row source moves to its next row; the cell
  ///   must not be used after that.
  @inlinable @unsafe public init(_ span: Span<UInt8>) {
    // Safety: the caller promises what the span's lifetime would otherwise guarantee.
    self = unsafe span.withUnsafeBytes { bytes in
      unsafe CellBytes(start: bytes.baseAddress, count: bytes.count)
    }
  }

  /// The bytes.
  @inlinable public var span: Span<UInt8> {
    @_lifetime(borrow self) get {
      // Safety: whoever made the cell promised that the bytes outlive it.
      let span = unsafe Span<UInt8>(
        _unsafeBytes: UnsafeRawBufferPointer(start: start, count: count)
      )
      return unsafe _overrideLifetime(span, borrowing: self)
    }
  }

  /// How many bytes there are.
  @inlinable public var byteCount: Int { count }

  /// A part of the bytes; nil where they do not reach that far.
  @inlinable
  public func part(_ offset: Int, _ byteCount: Int) -> CellBytes? {
    guard offset >= 0, byteCount >= 0, offset <= count, byteCount <= count &- offset else {
      return nil
    }
    guard let start = unsafe start else { return self }
    // Safety: the part lies inside the bytes, and lives as long as they do.
    return unsafe CellBytes(start: start + offset, count: byteCount)
  }

  /// The integer at an offset, most significant byte first; nil where the bytes do not reach.
  @inlinable @inline(__always)
  func integer<Integer: FixedWidthInteger & BitwiseCopyable>(
    _ type: Integer.Type = Integer.self,
    at offset: Int = 0
  ) -> Integer? {
    let size = MemoryLayout<Integer>.size
    guard offset >= 0, count >= size, offset <= count &- size, let start = unsafe start else {
      return nil
    }
    // Safety: all of the integer's bytes lie inside, and every bit pattern is an integer.
    return unsafe Integer(
      bigEndian: start.loadUnaligned(fromByteOffset: offset, as: Integer.self)
    )
  }
}
