/// Why a signed value was not accepted.
public enum SigningError: Error, Equatable, Sendable {
  /// There is no separator in the value.
  case noSeparator
  /// The signature is of another value, key or salt.
  case mismatch
  /// The value was signed longer ago than was asked for.
  case expired
  /// What was signed is not of the expected form.
  case malformed
  /// What was signed is larger than the limit when it is decompressed.
  case tooLarge(limit: Int)
  /// A separator that also occurs in signatures, or is empty.
  case unsafeSeparator

  /// The sentence for people.
  public var message: String {
    switch self {
    case .noSeparator: "there is no separator in the signed value"
    case .mismatch: "the signature does not match"
    case .expired: "the signature is too old"
    case .malformed: "the signed value has not the expected form"
    case .tooLarge(let limit): "the signed value has more than \(limit) bytes when decompressed"
    case .unsafeSeparator: "the separator is empty or could be a part of a signature"
    }
  }
}
