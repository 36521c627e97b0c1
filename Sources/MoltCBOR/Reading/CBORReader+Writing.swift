public import MoltTape

extension CBORReader {
  /// Carries the next value over to another format as a stream: each part is written as it is read.
  ///
  ///     var reader = CBORReader(bytes)
  ///     var sink = MessagePackSink()
  ///     try reader.writeValue(to: &sink)
  ///     try sink.finish()
  ///
  /// Big integers and decimal fractions (tags 2, 3 and 4) are written as the numbers that they are.
  /// Where tags are not written, a moment in seconds (tag 1) becomes MessagePack's timestamp. What else
  /// the other format lacks is for its sink to refuse or to replace.
  ///
  /// - Parameters:
  ///   - sink: The writer of a format.
  ///   - depthLimit: How deep arrays, maps and tags may be nested.
  /// - Throws: `reading` with a ``CBORError``, any case but `mismatch`, `outOfRange` and `inChunks`;
  ///   `writing` with what the sink throws. The reader has moved by then.
  /// - Complexity: O(bytes of the value), without recursion; memory only for what is open, and for a
  ///   string in chunks
  @_lifetime(self: copy self)
  @inlinable
  public mutating func writeValue<Sink: DocumentSink & ~Copyable>(
    to sink: inout Sink,
    depthLimit: Int = 1024
  ) throws(TranscodingError<CBORError, Sink.Failure>) {
    var stream = CBORStream(depthLimit: depthLimit, writesTags: Sink.writesTags)
    repeat {
      let item: CBORStream.Item
      do throws(CBORError) {
        item = try stream.next(bytes, at: offset)
      } catch {
        throw .reading(error)
      }
      do throws(Sink.Failure) {
        try stream.send(item, of: bytes, to: &sink)
      } catch {
        throw .writing(error)
      }
      move(to: item.end)
    } while !stream.isComplete
  }
}
