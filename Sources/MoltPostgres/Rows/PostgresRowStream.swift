/// The rows of a result as they arrive.
///
/// Memory stays flat whatever the number of rows: while the consumer has enough, the connection does
/// not read, and the server waits.
public struct PostgresRowStream: AsyncSequence, Sendable {
  /// A row.
  public typealias Element = PostgresRow
  /// Why no more rows come.
  public typealias Failure = PostgresError

  let buffer: PostgresBuffer<PostgresRowBatch>

  /// The rows as they arrived together, for loops that want fewer suspensions.
  public var batches: Batches { Batches(buffer: buffer) }

  /// Walks the rows.
  public struct AsyncIterator: AsyncIteratorProtocol {
    let buffer: PostgresBuffer<PostgresRowBatch>
    var rows: PostgresRowBatch.Iterator?

    /// The next row; nil at the end.
    public mutating func next() async throws(PostgresError) -> PostgresRow? {
      while true {
        if let row = rows?.next() { return row }
        let batch: PostgresRowBatch
        if let available = buffer.nextAvailable() {
          batch = available
        } else if let arrived = try await buffer.next() {
          batch = arrived
        } else {
          return nil
        }
        rows = batch.makeIterator()
      }
    }

    /// The next row; nil at the end.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(PostgresError) -> PostgresRow? { try await next() }
  }

  /// Begins at the next row that was not consumed.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(buffer: buffer, rows: nil) }

  /// Rows that arrived together.
  public struct Batches: AsyncSequence, Sendable {
    /// Some rows.
    public typealias Element = PostgresRowBatch
    /// Why no more rows come.
    public typealias Failure = PostgresError

    let buffer: PostgresBuffer<PostgresRowBatch>

    /// Walks the batches.
    public struct AsyncIterator: AsyncIteratorProtocol {
      let buffer: PostgresBuffer<PostgresRowBatch>

      /// The next batch; nil at the end.
      public mutating func next() async throws(PostgresError) -> PostgresRowBatch? {
        try await buffer.next()
      }

      /// The next batch; nil at the end.
      public mutating func next(
        isolation actor: isolated (any Actor)?
      ) async throws(PostgresError) -> PostgresRowBatch? { try await buffer.next() }
    }

    /// Begins at the next batch that was not consumed.
    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(buffer: buffer) }
  }
}
