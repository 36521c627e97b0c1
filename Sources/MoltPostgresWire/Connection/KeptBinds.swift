internal import MoltBytes

/// The parameters of executions that may have to be sent again, one behind the other.
///
/// Places count from the first byte ever kept, so that they stay valid when earlier ones are let
/// go.
struct KeptBinds: ~Copyable {
  private var bytes = ByteWriter(capacity: 256)
  /// The place of the first byte that is still there.
  private var base = 0

  /// Keeps a copy of the bytes after the first `offset` of a writer.
  ///
  /// - Returns: Their place.
  mutating func keep(_ writer: borrowing ByteWriter, from offset: Int) -> Range<Int> {
    let start = base + bytes.count
    bytes.append(writer.span.extracting(offset..<writer.count))
    return start..<(base + bytes.count)
  }

  /// Appends what is kept at a place to a `Bind` of a statement.
  func appendBind(_ place: Range<Int>, statement: [UInt8], to output: inout ByteWriter) {
    let tail = bytes.span.extracting((place.lowerBound - base)..<(place.upperBound - base))
    output.appendBind(statement: statement.span, tail: tail)
  }

  /// Lets everything before a place go.
  ///
  /// - Complexity: O(1) amortised: bytes move only after more were let go than move.
  mutating func release(before place: Int) {
    let dead = place - base
    guard dead > 64 * 1024, dead > bytes.count / 2 else { return }
    bytes.remove(dead, at: 0)
    base = place
  }

  /// Lets everything go, and memory that an unusual execution needed.
  mutating func releaseAll() {
    guard bytes.count > 0 else { return }
    base += bytes.count
    if bytes.count > 1024 * 1024 { bytes = ByteWriter(capacity: 256) } else { bytes.removeAll() }
  }
}
