/// Django's signed cookies: `HttpResponse.set_signed_cookie`, `HttpRequest.get_signed_cookie`.
public struct SignedCookies: Sendable {
  /// How the salt is made of a cookie's name and the caller's salt.
  public enum Derivation: Sendable {
    /// The name, then the salt: every Django before the security releases of 2026.
    case concatenated
    /// The salt's length first, so that no two pairs make the same salt.
    case lengthPrefixed
  }

  private let secrets: SigningSecrets

  /// Creates a reader and writer for a project's secrets.
  public init(_ secrets: SigningSecrets) {
    let prefix = Array("django.http.cookies".utf8)
    self.secrets = SigningSecrets(
      prefix + secrets.current,
      fallbacks: secrets.fallbacks.map { prefix + $0 }
    )
  }

  private func signer(
    _ name: String,
    _ salt: String,
    _ derivation: Derivation
  ) throws(SigningError) -> TimestampSigner {
    switch derivation {
    case .concatenated: return try TimestampSigner(secrets, salt: name + salt)
    case .lengthPrefixed:
      let count = salt.unicodeScalars.count
      return try TimestampSigner(
        secrets,
        salt: "django.http.cookies.v2:\(count):\(salt)\(name)"
      )
    }
  }

  /// A cookie's value with time and signature.
  public func sign(
    _ value: String,
    name: String,
    salt: String = "",
    derivation: Derivation,
    now: Double
  ) throws(SigningError) -> String {
    try signer(name, salt, derivation).sign(value, now: now)
  }

  /// The value that was signed.
  ///
  /// The derivations that may have been used are tried in their order.
  ///
  /// - Throws: ``SigningError``.
  public func unsign(
    _ signed: String,
    name: String,
    salt: String = "",
    derivations: [Derivation],
    now: Double,
    maximumAge: Double? = nil
  ) throws(SigningError) -> String {
    var last = SigningError.mismatch
    for derivation in derivations {
      do {
        return try signer(name, salt, derivation)
          .unsign(signed, now: now, maximumAge: maximumAge)
      } catch {
        if error == .expired { throw error }
        last = error
      }
    }
    throw last
  }
}
