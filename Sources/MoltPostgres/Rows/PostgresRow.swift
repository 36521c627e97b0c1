internal import MoltPostgresWire

/// One row of a result.
///
///     let (id, name) = try row.decode((Int, String?).self)
public struct PostgresRow: Sendable {
  @usableFromInline let storage: PostgresRowStorage
  @usableFromInline let range: Range<Int>

  @inlinable
  init(_ storage: PostgresRowStorage, _ range: Range<Int>) {
    self.storage = storage
    self.range = range
  }

  /// The columns of the row.
  public var columns: PostgresResultColumns { storage.columns }

  /// Decodes the row as values, one for each column.
  ///
  /// - Throws: ``PostgresError/decoding(_:)`` when there are other columns, or a value is not what is
  ///   asked for.
  /// - Complexity: O(bytes of the row)
  @inlinable
  public func decode<each Value: PostgresDecodable>(
    _ type: (repeat each Value).Type = (repeat each Value).self
  ) throws(PostgresError) -> (repeat each Value) {
    var cursor = PostgresRowCursor(self)
    do throws(PostgresCellError) {
      var expected = 0
      for _ in repeat (each Value).self { expected += 1 }
      guard expected == cursor.columnCount else {
        throw PostgresCellError.typeMismatch
      }
      let values = (repeat try cursor.next((each Value).self))
      return values
    } catch {
      throw .decoding(cursor.failure(error, as: (repeat each Value).self))
    }
  }

  /// Decodes the row, which has one column.
  ///
  /// - Throws: ``PostgresError/decoding(_:)``.
  @inlinable
  public func decode<Value: PostgresDecodable>(
    _ type: Value.Type
  ) throws(PostgresError) -> Value {
    var cursor = PostgresRowCursor(self)
    guard cursor.columnCount == 1 else {
      let reason = PostgresDecodingError.Reason.columnCount(expected: 1, found: cursor.columnCount)
      throw .decoding(PostgresDecodingError(reason))
    }
    do throws(PostgresCellError) {
      return try cursor.next(type)
    } catch {
      throw .decoding(cursor.failure(error))
    }
  }

  /// Decodes one column.
  ///
  /// - Parameters:
  ///   - index: The column's index, from 0.
  ///   - type: What to decode it as.
  /// - Returns: The value.
  /// - Throws: ``PostgresError/decoding(_:)``.
  /// - Complexity: O(`index`)
  @inlinable
  public func decode<Value: PostgresDecodable>(
    column index: Int,
    as type: Value.Type = Value.self
  ) throws(PostgresError) -> Value {
    var cursor = PostgresRowCursor(self)
    guard index >= 0, index < cursor.columnCount else {
      throw .decoding(PostgresDecodingError(.noColumn(String(index))))
    }
    do throws(PostgresCellError) {
      for _ in 0..<index { try cursor.skip() }
      return try cursor.next(type)
    } catch {
      throw .decoding(cursor.failure(error))
    }
  }

  /// Decodes the first column of a name.
  ///
  /// - Throws: ``PostgresError/decoding(_:)``.
  /// - Complexity: O(columns)
  @inlinable
  public func decode<Value: PostgresDecodable>(
    column name: String,
    as type: Value.Type = Value.self
  ) throws(PostgresError) -> Value {
    guard let index = columns.index(of: name) else {
      throw .decoding(PostgresDecodingError(.noColumn(name)))
    }
    return try decode(column: index, as: type)
  }
}
