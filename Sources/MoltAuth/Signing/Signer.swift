public import MoltDigests

/// Django's `Signer`: a text and its signature, with a separator between.
///
///     let signer = try Signer(SigningSecrets("secret"), salt: "extra")
///     signer.sign("hello")  // "hello:..."
///     try signer.unsign("hello:...")  // "hello"
public struct Signer: Sendable {
  /// The salt of Django's class of this name.
  public static let defaultSalt = "django.core.signing.Signer"

  /// What stands between a text and its signature.
  public let separator: String

  /// One per secret, the current one first.
  private let keys: [HMAC]

  /// Creates a signer.
  ///
  /// - Parameters:
  ///   - secrets: The project's secrets.
  ///   - salt: Keeps signatures of different purposes apart.
  ///   - separator: Not empty, and with a character that signatures have not.
  ///   - algorithm: The digest inside.
  /// - Throws: ``SigningError/unsafeSeparator``.
  public init(
    _ secrets: SigningSecrets,
    salt: String = Self.defaultSalt,
    separator: String = ":",
    algorithm: DigestAlgorithm = .sha256
  ) throws(SigningError) {
    guard !separator.utf8.allSatisfy(Self.canBeInSignature) else { throw .unsafeSeparator }
    self.separator = separator
    keys = secrets.all.map {
      SaltedHMAC.keyed(salt: salt + "signer", secret: $0.span, algorithm)
    }
  }

  /// Django's pattern `[A-z0-9-_=]`, whose first range has a few signs between the letters.
  private static func canBeInSignature(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
      UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "="):
      true
    default: false
    }
  }

  /// The signature of a text.
  public func signature(_ value: String) -> String { Self.signature(value, keys[0]) }

  private static func signature(_ value: String, _ key: HMAC) -> String {
    let tag = key.authenticating(value.utf8.span)
    return String(decoding: Base64.url.encode(tag.span), as: UTF8.self)
  }

  /// The text with its signature.
  public func sign(_ value: String) -> String { value + separator + signature(value) }

  /// The text that was signed.
  ///
  /// - Throws: ``SigningError/noSeparator`` or ``SigningError/mismatch``.
  public func unsign(_ signed: String) throws(SigningError) -> String {
    let (value, given) = try split(signed)
    for key in keys where ConstantTime.equal(given, Self.signature(value, key)) { return value }
    throw .mismatch
  }

  /// What stands in front of the last separator and behind it.
  func split(_ text: String) throws(SigningError) -> (String, String) {
    let (bytes, mark) = (Array(text.utf8), Array(separator.utf8))
    var place = bytes.count - mark.count
    while place >= 0 {
      if bytes[place..<(place + mark.count)] == mark[...] {
        return (
          String(decoding: bytes[..<place], as: UTF8.self),
          String(decoding: bytes[(place + mark.count)...], as: UTF8.self)
        )
      }
      place -= 1
    }
    throw .noSeparator
  }
}

/// Django's `TimestampSigner`: a text, when it was signed, and the signature of both.
public struct TimestampSigner: Sendable {
  /// The salt of Django's class of this name.
  public static let defaultSalt = "django.core.signing.TimestampSigner"

  private let signer: Signer

  /// Creates a signer.
  ///
  /// - Throws: ``SigningError/unsafeSeparator``.
  public init(
    _ secrets: SigningSecrets,
    salt: String = Self.defaultSalt,
    separator: String = ":",
    algorithm: DigestAlgorithm = .sha256
  ) throws(SigningError) {
    signer = try Signer(secrets, salt: salt, separator: separator, algorithm: algorithm)
  }

  /// The text with a time, in seconds since 1970, and the signature.
  ///
  /// - Precondition: The time lies within 2^62 seconds of 1970.
  public func sign(_ value: String, now: Double) -> String {
    signer.sign(value + signer.separator + Base62.encode(Int64(now)))
  }

  /// The text that was signed.
  ///
  /// - Parameters:
  ///   - signed: What ``sign(_:now:)`` made.
  ///   - now: The time in seconds since 1970.
  ///   - maximumAge: How long ago it may have been signed, in seconds; nil for any time.
  /// - Returns: The text.
  /// - Throws: ``SigningError``.
  public func unsign(
    _ signed: String,
    now: Double,
    maximumAge: Double? = nil
  ) throws(SigningError) -> String {
    let (value, text) = try signer.split(try signer.unsign(signed))
    guard let time = Base62.decode(text) else { throw .malformed }
    if let maximumAge, now - Double(time) > maximumAge { throw .expired }
    return value
  }
}

/// Integers in 62 characters, as Django's signing module writes them.
enum Base62 {
  private static let alphabet = Array(
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8
  )

  static func encode(_ value: Int64) -> String {
    guard value != 0 else { return "0" }
    var digits: [UInt8] = []
    var rest = value.magnitude
    while rest > 0 {
      digits.append(alphabet[Int(rest % 62)])
      rest /= 62
    }
    if value < 0 { digits.append(UInt8(ascii: "-")) }
    return String(decoding: digits.reversed(), as: UTF8.self)
  }

  /// The integer; nil where there is none of 64 bits.
  static func decode(_ text: String) -> Int64? {
    var digits = text.utf8[...]
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative { digits = digits.dropFirst() }
    guard !digits.isEmpty else { return isNegative ? 0 : nil }
    var value: Int64 = 0
    for digit in digits {
      guard let index = alphabet.firstIndex(of: digit) else { return nil }
      let (product, overflowed) = value.multipliedReportingOverflow(by: 62)
      let (sum, overflowedToo) = product.addingReportingOverflow(Int64(index))
      guard !overflowed, !overflowedToo else { return nil }
      value = sum
    }
    return isNegative ? -value : value
  }
}
