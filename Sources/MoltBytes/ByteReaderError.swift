/// Why bytes could not be read.
public enum ByteReaderError: Error, Equatable, Sendable {
  /// The field that starts at `offset` needs `needed` bytes, and fewer are left.
  case endOfInput(offset: Int, needed: Int)
}
