internal import MoltDigests

/// Django's tokens against cross-site request forgery.
///
/// A secret has 32 letters and digits. What a form carries is masked, so that compressing pages
/// tells nothing: 32 random characters, then the secret shifted by them.
public enum CSRFToken {
  /// The size of a secret.
  public static let secretCount = 32

  private static let characters = Array(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789".utf8
  )

  /// A new secret for a cookie or session.
  public static func secret(using generator: inout some RandomNumberGenerator) -> String {
    PasswordSalt.text(secretCount, using: &generator)
  }

  /// A new token for a form or header; nil when the secret is none.
  public static func mask(
    _ secret: String,
    using generator: inout some RandomNumberGenerator
  ) -> String? {
    let mask = PasswordSalt.text(secretCount, using: &generator)
    guard secret.utf8.count == secretCount, let values = indices(secret), let shifts = indices(mask)
    else { return nil }
    let shifted = zip(values, shifts).map { characters[($0 + $1) % characters.count] }
    return mask + String(decoding: shifted, as: UTF8.self)
  }

  /// Whether a request's token, masked or not, is of the secret in its cookie or session.
  ///
  /// False for what is not of the form of either. The cookie's secret may be masked as well, as
  /// Django's setting `CSRF_COOKIE_MASKED` and versions before 4.1 made it.
  public static func matches(_ token: String, secret: String) -> Bool {
    guard let token = unmasked(token), let secret = unmasked(secret) else { return false }
    return ConstantTime.equal(token.span, secret.span)
  }

  /// The characters of the secret in a token; nil when it has not the form of one.
  private static func unmasked(_ token: String) -> [UInt8]? {
    let count = token.utf8.count
    guard count == secretCount || count == 2 * secretCount, let values = indices(token) else {
      return nil
    }
    guard count == 2 * secretCount else { return Array(token.utf8) }
    return (0..<secretCount).map { index in
      let difference = values[secretCount + index] - values[index]
      return characters[(difference + characters.count) % characters.count]
    }
  }

  private static func indices(_ text: String) -> [Int]? {
    var result: [Int] = []
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"): result.append(Int(byte) - 97)
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): result.append(Int(byte) - 65 + 26)
      case UInt8(ascii: "0")...UInt8(ascii: "9"): result.append(Int(byte) - 48 + 52)
      default: return nil
      }
    }
    return result
  }
}
