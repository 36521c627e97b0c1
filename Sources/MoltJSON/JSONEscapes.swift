/// Which characters of a JSON string are written as escapes.
///
/// All sets write `\"`, `\\`, `\n`, `\r`, `\t`, `\b`, `\f`, and the other bytes below 0x20 as
/// `\u00xx` with lower-case digits.
public enum JSONEscapes: Sendable {
  /// Everything outside 0x20...0x7E is escaped; astral characters as surrogate pairs.
  ///
  /// The same bytes as CPython's `json.dumps(text)`.
  case ascii
  /// Nothing else is escaped.
  ///
  /// The same bytes as CPython's `json.dumps(text, ensure_ascii=False).encode()`.
  case utf8
  /// U+2028 and U+2029 are escaped too, which older JavaScript takes for line ends.
  ///
  /// The same bytes as Django REST framework's `JSONRenderer`.
  case drf
}
