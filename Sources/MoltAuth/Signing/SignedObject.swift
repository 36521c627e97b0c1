public import MoltDigests

/// Django's `signing.dumps` and `signing.loads`: signed documents, small enough for a URL or
/// cookie.
///
/// What is signed are the bytes of a serialiser, JSON with Django's default one; reading them is
/// the caller's, with a parser of `MoltJSON`.
public struct SignedObjects: Sendable {
  /// The salt of `django.core.signing.dumps`.
  public static let defaultSalt = "django.core.signing"

  /// The most bytes that a compressed document may have; 16 MiB.
  public var byteLimit = 16 << 20

  private let signer: TimestampSigner

  /// Creates a reader and writer for a salt.
  ///
  /// - Throws: ``SigningError/unsafeSeparator``.
  public init(
    _ secrets: SigningSecrets,
    salt: String = Self.defaultSalt,
    separator: String = ":",
    algorithm: DigestAlgorithm = .sha256
  ) throws(SigningError) {
    signer = try TimestampSigner(
      secrets,
      salt: salt,
      separator: separator,
      algorithm: algorithm
    )
  }

  /// The signed form of a document.
  ///
  /// - Parameters:
  ///   - document: The bytes of a serialiser.
  ///   - compressing: Whether to compress where that saves something.
  ///   - now: The time in seconds since 1970.
  /// - Returns: The signed form.
  public func dumps(_ document: Span<UInt8>, compressing: Bool = false, now: Double) -> String {
    var text = ""
    if compressing, let small = Zlib.compress(document), small.count < document.count - 1 {
      text = "." + String(decoding: Base64.url.encode(small.span), as: UTF8.self)
    } else {
      text = String(decoding: Base64.url.encode(document), as: UTF8.self)
    }
    return signer.sign(text, now: now)
  }

  /// The document that was signed.
  ///
  /// - Throws: ``SigningError``.
  public func loads(
    _ signed: String,
    now: Double,
    maximumAge: Double? = nil
  ) throws(SigningError) -> [UInt8] {
    let text = try signer.unsign(signed, now: now, maximumAge: maximumAge)
    let isCompressed = text.utf8.first == UInt8(ascii: ".")
    let bytes: [UInt8]
    do {
      bytes = try Base64.url.decode(Array(text.utf8.dropFirst(isCompressed ? 1 : 0)).span)
    } catch {
      throw .malformed
    }
    return isCompressed ? try Zlib.decompress(bytes.span, limit: byteLimit) : bytes
  }
}
