internal import MoltDigests

/// The sessions of Django: what its database, file and cache backends store and its cookies carry.
public struct SessionSigner: Sendable {
  private let objects: SignedObjects

  /// Sessions in the database, in files or in a cache.
  ///
  /// The salt contains the name of the class, which is `SessionStore` for every backend of Django.
  ///
  /// - Throws: Nothing with Django's separator.
  public init(_ secrets: SigningSecrets, store: String = "SessionStore") throws(SigningError) {
    objects = try SignedObjects(secrets, salt: "django.contrib.sessions.\(store)")
  }

  /// Sessions in signed cookies.
  public init(cookies secrets: SigningSecrets) throws(SigningError) {
    objects = try SignedObjects(
      secrets,
      salt: "django.contrib.sessions.backends.signed_cookies"
    )
  }

  /// The serialised session, JSON by default.
  ///
  /// - Parameters:
  ///   - stored: The column `session_data`, or the cookie's value.
  ///   - now: The time in seconds since 1970.
  ///   - maximumAge: The cookie's age in seconds, two weeks by Django's default; nil for what the
  ///     database holds, where the column `expire_date` decides.
  /// - Returns: The serialised session.
  /// - Throws: ``SigningError``; Django then starts an empty session.
  public func decode(
    _ stored: String,
    now: Double,
    maximumAge: Double? = nil
  ) throws(SigningError) -> [UInt8] {
    try objects.loads(stored, now: now, maximumAge: maximumAge)
  }

  /// What is stored for a serialised session.
  public func encode(_ session: Span<UInt8>, now: Double) -> String {
    objects.dumps(session, compressing: true, now: now)
  }
}

/// Django's `get_session_auth_hash`: bound to the stored password, so that changing the password
/// ends the sessions.
public struct SessionAuthHash: Sendable {
  private static let salt =
    "django.contrib.auth.models.AbstractBaseUser.get_session_auth_hash"

  private let keys: [HMAC]

  /// Creates the function for a project's secrets.
  public init(_ secrets: SigningSecrets) {
    keys = secrets.all.map { SaltedHMAC.keyed(salt: Self.salt, secret: $0.span) }
  }

  /// The value of `_auth_user_hash` in a session of a user with this stored password.
  public func hash(storedPassword: String) -> String {
    keys[0].authenticating(storedPassword.utf8.span).hexadecimal
  }

  /// What a session's value says.
  public enum Answer: Sendable {
    /// It is of this password and secret.
    case valid
    /// It is of this password and an earlier secret: the session should get a new one.
    case validWithFallback
    /// It is of another password, or of no secret of this project.
    case invalid
  }

  /// Compares a session's value with a user's stored password.
  public func check(_ value: String, storedPassword: String) -> Answer {
    for (index, key) in keys.enumerated() {
      let expected = key.authenticating(storedPassword.utf8.span).hexadecimal
      if ConstantTime.equal(value, expected) { return index == 0 ? .valid : .validWithFallback }
    }
    return .invalid
  }
}
