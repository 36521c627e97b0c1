/// How a JSON document is written.
///
/// | Same bytes as | `escapes` | `isSpaced` | `allowsNaN` |
/// |---|---|---|---|
/// | Django's `JsonResponse` | `ascii` | true | true |
/// | DRF's `JSONRenderer` | `drf` | false | false |
/// | `json.dumps(…, ensure_ascii=False, separators=(",", ":"))` | `utf8` | false | true |
public struct JSONStyle: Equatable, Sendable {
  /// Which characters become escapes.
  public var escapes: JSONEscapes
  /// Whether a space follows each comma and colon.
  public var isSpaced: Bool
  /// Whether `NaN`, `Infinity` and `-Infinity` are written; otherwise they are errors.
  public var allowsNaN: Bool

  /// Creates a style.
  ///
  /// - Parameters:
  ///   - escapes: Which characters become escapes.
  ///   - isSpaced: Whether a space follows each comma and colon.
  ///   - allowsNaN: Whether `NaN`, `Infinity` and `-Infinity` are written.
  public init(escapes: JSONEscapes, isSpaced: Bool, allowsNaN: Bool) {
    self.escapes = escapes
    self.isSpaced = isSpaced
    self.allowsNaN = allowsNaN
  }
}
