internal import MoltScalars

/// How a document is written as JSON.
///
/// | Same bytes as | Start from | And set |
/// |---|---|---|
/// | `orjson.dumps(value)` | ``init()`` | `nonFinite = .null` |
/// | `json.dumps(value)` | ``python`` | |
/// | `json.dumps(value, indent=2)` | ``python`` | `layout = .spaces(2)` |
/// | Django's `JsonResponse(value)` | ``python`` | |
/// | DRF's `JSONRenderer` | `JSONWriteOptions(.drf)` | |
/// | RFC 8785 | ``canonical`` | |
public struct JSONWriteOptions: Equatable, Sendable {
  /// Where white space stands.
  public enum Layout: Equatable, Sendable {
    /// None: `{"a":[1,2]}`.
    case compact
    /// A space behind each comma and colon: `{"a": [1, 2]}`.
    case spaced
    /// One line for each element, indented by so many spaces per level, as Python's
    /// `indent=2` does it: a space follows a colon, and what is empty is `[]` or `{}`.
    case spaces(Int)
    /// The same with tabs.
    case tabs(Int)
  }

  /// How floats are written; all of them with the fewest digits that read back as the same float.
  public enum Doubles: Sendable {
    /// With a point or an exponent: `1.0`, `0.00001`, `1e16`, `1.5e-7`.
    case shortest
    /// As Python's `repr`: `1.0`, `1e-05`, `1e+16`, `1.5e-07`.
    case python
    /// As ECMAScript's `Number::toString`: `1`, `0.00001`, `10000000000000000`, `1.5e-7`.
    ///
    /// Integers are written like the float of the same value, and refused when there is none.
    case ecmaScript
  }

  /// What becomes of NaN and the infinities, which JSON does not have.
  public enum NonFinite: Sendable {
    /// They are errors.
    case refuse
    /// They are written as `null`.
    case null
    /// They are written as `NaN`, `Infinity` and `-Infinity`, as Python's `json` does.
    case literal
  }

  /// What becomes of bytes, which JSON does not have.
  public enum Binary: Sendable {
    /// They are errors.
    case refuse
    /// They are written as a string in base64 (RFC 4648, section 4), with padding.
    case base64
    /// They are written as a string in base64url (RFC 4648, section 5), without padding.
    case base64URL
  }

  /// What becomes of keys that are no texts.
  public enum OtherKeys: Sendable {
    /// They are errors.
    case refuse
    /// Numbers, booleans and null become the text that they would be as values, as in Python's
    /// `json`; bytes become text as ``JSONWriteOptions/binary`` says. Others are errors.
    case text
  }

  /// What becomes of tags, extensions and simple values, which JSON does not have.
  public enum Foreign: Sendable {
    /// They are errors.
    case refuse
    /// A tag is left out, a simple value becomes `null` (RFC 8949, section 6.1), and an extension
    /// its bytes.
    case replace
  }

  /// In which order an object's keys stand.
  public enum KeyOrder: Sendable {
    /// As they come.
    case given
    /// By code points, as Python sorts them.
    case codePoints
    /// By UTF-16 code units (RFC 8785, section 3.2.3).
    case utf16
  }

  /// Which characters become escapes; default ``JSONEscapes/utf8``.
  public var escapes: JSONEscapes
  /// Where white space stands; default ``Layout/compact``.
  public var layout = Layout.compact
  /// How floats are written; default ``Doubles/shortest``.
  public var doubles = Doubles.shortest
  /// What becomes of NaN and the infinities; default ``NonFinite/refuse``.
  public var nonFinite = NonFinite.refuse
  /// What becomes of bytes; default ``Binary/refuse``.
  public var binary = Binary.refuse
  /// What becomes of keys that are no texts; default ``OtherKeys/refuse``.
  public var otherKeys = OtherKeys.refuse
  /// What becomes of tags, extensions and simple values; default ``Foreign/refuse``.
  public var foreign = Foreign.refuse
  /// In which order an object's keys stand; default ``KeyOrder/given``.
  ///
  /// Keys that are equal keep their order.
  public var keyOrder = KeyOrder.given
  /// Whether a key that stands twice in an object is an error; default false.
  ///
  /// Looked at only where keys are sorted.
  public var refusesDuplicateKeys = false

  /// Compact, with the shortest floats, and nothing that RFC 8259 does not have.
  public init() { escapes = .utf8 }

  /// The options that agree with a style.
  ///
  /// - Parameter style: Says where spaces stand, what is escaped, and whether NaN is written.
  public init(_ style: JSONStyle) {
    escapes = style.escapes
    layout = style.isSpaced ? .spaced : .compact
    doubles = .python
    nonFinite = style.allowsNaN ? .literal : .refuse
    otherKeys = .text
  }

  /// The same bytes as Python's `json.dumps`.
  public static let python = JSONWriteOptions(
    JSONStyle(escapes: .ascii, isSpaced: true, allowsNaN: true)
  )

  /// The canonical form of RFC 8785.
  ///
  /// What I-JSON (RFC 7493) forbids is refused: keys that stand twice, NaN, and integers that no
  /// `Double` holds exactly.
  public static let canonical = {
    var options = JSONWriteOptions()
    options.doubles = .ecmaScript
    options.keyOrder = .utf16
    options.refusesDuplicateKeys = true
    return options
  }()

  /// What RFC 8949, section 6.1, advises for CBOR: bytes become base64url, tags are left out, and
  /// what else JSON does not have becomes `null`.
  public static let converting = {
    var options = JSONWriteOptions()
    options.nonFinite = .null
    options.binary = .base64URL
    options.otherKeys = .text
    options.foreign = .replace
    return options
  }()
}

extension JSONWriteOptions.Doubles {
  var notation: DoubleNotation {
    switch self {
    case .shortest: .json
    case .python: .python
    case .ecmaScript: .ecmaScript
    }
  }
}
