internal import MoltDigests

/// Django's `PasswordResetTokenGenerator`.
///
///     cb2zpq-6d69dd1a6c1b6c8ab9b9f8a4a3e1a9a4
///
/// The first part is the time in seconds since 2001 in base 36, the second every other digit of a
/// keyed digest over what a reset changes.
public struct PasswordResetTokens: Sendable {
  /// What a token is bound to.
  public struct User: Equatable, Sendable {
    /// The primary key as text.
    public var primaryKey: String
    /// The stored password.
    public var storedPassword: String
    /// The last login as Python writes it without fractions and zone, `2026-11-23 01:21:39`; empty
    /// when there was none.
    public var lastLogin: String
    /// The address; empty when there is none.
    public var email: String

    /// Creates a user's state.
    public init(primaryKey: String, storedPassword: String, lastLogin: String, email: String) {
      self.primaryKey = primaryKey
      self.storedPassword = storedPassword
      self.lastLogin = lastLogin
      self.email = email
    }
  }

  private static let salt = "django.contrib.auth.tokens.PasswordResetTokenGenerator"

  /// How long a token is good for, in seconds; three days, as Django's `PASSWORD_RESET_TIMEOUT`.
  public var timeout: Int64 = 259_200

  private let keys: [HMAC]

  /// Creates a generator for a project's secrets.
  ///
  /// The salt is the generator's `key_salt`; nil for Django's own.
  public init(_ secrets: SigningSecrets, salt: String? = nil) {
    keys = secrets.all.map { SaltedHMAC.keyed(salt: salt ?? Self.salt, secret: $0.span) }
  }

  /// A token for a user.
  ///
  /// The time is in seconds since 2001-01-01 00:00 of the server's wall clock, as Django counts;
  /// not negative.
  public func token(for user: User, now: Int64) -> String { token(user, now, keys[0]) }

  private func token(_ user: User, _ time: Int64, _ key: HMAC) -> String {
    let message =
      "\(user.primaryKey)\(user.storedPassword)\(user.lastLogin)\(time)\(user.email)"
    let digits = key.authenticating(message.utf8.span).hexadecimal.utf8
    let everyOther = digits.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    return "\(String(time, radix: 36))-\(String(decoding: everyOther, as: UTF8.self))"
  }

  /// Whether a token is of this user's present state, and not too old.
  public func check(_ token: String, for user: User, now: Int64) -> Bool {
    let parts = token.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.count <= 13, let time = Int64(parts[0], radix: 36),
      time >= 0
    else { return false }
    let isKnown = keys.contains { ConstantTime.equal(self.token(user, time, $0), token) }
    return isKnown && now.subtractingReportingOverflow(time).partialValue <= timeout
  }
}
