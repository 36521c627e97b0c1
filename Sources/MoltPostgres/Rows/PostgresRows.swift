public import MoltPostgresWire

/// A whole result.
///
///     for row in try await client.query("SELECT id, name FROM airport") {
///       let (id, name) = try row.decode((Int, String).self)
///     }
public struct PostgresRows: Sendable {
  /// The rows.
  public let batch: PostgresRowBatch
  /// What the server says that it did.
  public let command: CommandComplete

  /// How many rows there are.
  public var count: Int { batch.count }
  /// The columns of the rows.
  public var columns: PostgresResultColumns { batch.columns }

  /// Decodes all rows as values, one for each column.
  ///
  /// - Throws: ``PostgresError/decoding(_:)``.
  @inlinable
  public func decode<each Value: PostgresDecodable>(
    _ type: (repeat each Value).Type = (repeat each Value).self
  ) throws(PostgresError) -> [(repeat each Value)] {
    var list: [(repeat each Value)] = []
    list.reserveCapacity(count)
    for row in batch { list.append(try row.decode(type)) }
    return list
  }

  /// Decodes all rows, which have one column.
  ///
  /// - Throws: ``PostgresError/decoding(_:)``.
  @inlinable
  public func decode<Value: PostgresDecodable>(
    _ type: Value.Type
  ) throws(PostgresError) -> [Value] {
    var list: [Value] = []
    list.reserveCapacity(count)
    for row in batch { list.append(try row.decode(type)) }
    return list
  }

  /// Decodes the first row, which has one column.
  ///
  /// - Returns: nil when there is no row.
  /// - Throws: ``PostgresError/decoding(_:)``.
  @inlinable
  public func first<Value: PostgresDecodable>(
    _ type: Value.Type
  ) throws(PostgresError) -> Value? {
    for row in batch { return try row.decode(type) }
    return nil
  }

  /// Decodes the first row as values, one for each column.
  ///
  /// - Returns: nil when there is no row.
  /// - Throws: ``PostgresError/decoding(_:)``.
  @inlinable
  public func first<each Value: PostgresDecodable>(
    _ type: (repeat each Value).Type = (repeat each Value).self
  ) throws(PostgresError) -> (repeat each Value)? {
    for row in batch { return try row.decode(type) }
    return nil
  }
}

extension PostgresRows: Sequence {
  /// Begins at the first row.
  @inlinable public func makeIterator() -> PostgresRowBatch.Iterator { batch.makeIterator() }
}
