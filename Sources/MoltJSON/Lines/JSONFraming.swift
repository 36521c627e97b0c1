/// How several documents stand one behind the other.
public enum JSONFraming: Sendable {
  /// One document on each line (NDJSON, JSON Lines); lines with nothing but white space are skipped.
  ///
  /// A line that is no document does not spoil the others.
  case lines
  /// Documents with any white space between them, or none where none is needed: `{}[]1 2"a"`.
  ///
  /// The record separators of RFC 7464 count as white space.
  case concatenated
}
