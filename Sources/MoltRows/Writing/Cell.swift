/// One value of a row, as a database stores it.
///
/// A row source fills a run of cells and lends it to the ``RowWriter``.
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
}
