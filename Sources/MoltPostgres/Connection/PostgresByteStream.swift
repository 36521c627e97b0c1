/// Bytes as they arrive, in pieces that end anywhere: the data of a `COPY TO STDOUT`, or an answer.
public struct PostgresByteStream: AsyncSequence, Sendable {
  /// Some bytes.
  public typealias Element = [UInt8]
  /// Why no more bytes come.
  public typealias Failure = PostgresError

  let buffer: PostgresBuffer<[UInt8]>

  /// Walks the pieces.
  public struct AsyncIterator: AsyncIteratorProtocol {
    let buffer: PostgresBuffer<[UInt8]>

    /// The next piece; nil at the end.
    public mutating func next() async throws(PostgresError) -> [UInt8]? { try await buffer.next() }

    /// The next piece; nil at the end.
    public mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(PostgresError) -> [UInt8]? { try await buffer.next() }
  }

  /// Begins at the next piece that was not consumed.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(buffer: buffer) }
}
