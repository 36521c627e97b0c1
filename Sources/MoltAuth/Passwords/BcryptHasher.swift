internal import MoltDigests

/// Django's `BCryptSHA256PasswordHasher` and `BCryptPasswordHasher`.
///
///     bcrypt_sha256$$2b$12$n79VH.0Q2TMWmt3Oqt9uku...
///
/// The first hashes the password with SHA-256 before, so that bcrypt, which looks at 72 bytes only,
/// sees all of it. Of the second, passwords that differ behind the 72nd byte are the same.
public struct BcryptHasher: PasswordHasher {
  /// Whether SHA-256 comes first.
  public let isPrehashed: Bool
  /// The logarithm of the number of rounds of a new hash.
  public let rounds: Int
  /// What a stored hash may ask for.
  public let limits: PasswordLimits

  /// Creates the hasher.
  ///
  /// - Throws: ``PasswordError/parameter(_:)`` unless the rounds lie between 4 and the limit.
  public init(
    isPrehashed: Bool = true,
    rounds: Int = 12,
    limits: PasswordLimits = PasswordLimits()
  ) throws(PasswordError) {
    guard rounds <= limits.bcryptRounds else { throw .parameter(.workFactor) }
    _ = try Bcrypt(cost: rounds)
    self.isPrehashed = isPrehashed
    self.rounds = rounds
    self.limits = limits
  }

  /// The name in front of what it writes.
  public var algorithm: String { isPrehashed ? "bcrypt_sha256" : "bcrypt" }

  /// A salt as bcrypt writes it, with the prefix and the rounds: `$2b$12$` and 22 characters.
  public func salt(using generator: inout some RandomNumberGenerator) -> String {
    let bytes = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
    return BcryptText(prefix: "2b", cost: rounds, salt: bytes, checksum: "").text
  }

  /// The text that is stored for a password.
  ///
  /// The salt has the prefix and the rounds in front, as ``salt(using:)`` makes it; what follows
  /// its 29th character is not looked at.
  ///
  /// - Throws: ``PasswordError/invalidSalt``, ``PasswordError/parameter(_:)``.
  public func encode(_ password: Span<UInt8>, salt: String) throws(PasswordError) -> String {
    let parts: BcryptText
    do { parts = try BcryptText(salt) } catch { throw .invalidSalt }
    return try encoded(password, parts)
  }

  private func encoded(
    _ password: Span<UInt8>,
    _ parts: BcryptText
  ) throws(PasswordError) -> String {
    guard parts.cost <= limits.bcryptRounds else { throw .parameter(.workFactor) }
    let function = try Bcrypt(cost: parts.cost)
    let hash: [UInt8]
    if isPrehashed {
      var digits = Array(Digest.hash(.sha256, password).hexadecimal.utf8)
      defer { wipe(&digits) }
      hash = try function.hash(password: digits.span, salt: parts.salt.span)
    } else {
      hash = try function.hash(password: password, salt: parts.salt.span)
    }
    var result = parts
    result.checksum = BcryptText.encode(hash)
    return "\(algorithm)$\(result.text)"
  }

  private func parse(_ encoded: String) throws(PasswordError) -> BcryptText {
    let fields = try EncodedFields(encoded, count: 2, algorithm: algorithm)
    do {
      return try BcryptText(fields.text(1))
    } catch .malformed(let offset) {
      throw .malformed(offset: fields.fields[1].offset + offset)
    }
  }

  /// Whether a stored text is of this password.
  ///
  /// - Throws: ``PasswordError`` when it is not of this form.
  public func verify(
    _ password: Span<UInt8>,
    against encoded: String
  ) throws(PasswordError) -> Bool {
    ConstantTime.equal(encoded, try self.encoded(password, try parse(encoded)))
  }

  /// The parts of a stored text.
  ///
  /// - Throws: ``PasswordError`` when it is not of this form.
  public func decode(_ encoded: String) throws(PasswordError) -> EncodedPassword {
    let parts = try parse(encoded)
    var result = EncodedPassword(algorithm: algorithm)
    result.append(.workFactor, parts.cost)
    result.append(.salt, BcryptText.encode(parts.salt))
    result.append(.checksum, parts.checksum)
    return result
  }

  /// Whether a stored text was made with other parameters than these, or with too short a salt.
  ///
  /// - Throws: ``PasswordError`` when it is not of this form.
  public func mustUpdate(_ encoded: String) throws(PasswordError) -> Bool {
    try parse(encoded).cost != rounds
  }

  /// The work that is missing is a whole number of hashes of the stored cost.
  public func hardenRuntime(_ password: Span<UInt8>, _ encoded: String) throws(PasswordError) {
    let parts = try parse(encoded)
    guard rounds > parts.cost else { return }
    for _ in 0..<((1 << (rounds - parts.cost)) - 1) { _ = try self.encoded(password, parts) }
  }
}

/// bcrypt's own notation: `$2b$12$`, 22 characters of salt, 31 of checksum.
struct BcryptText {
  let prefix: String
  let cost: Int
  let salt: [UInt8]
  var checksum: String

  private static let alphabet = Array(
    "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8
  )

  init(prefix: String, cost: Int, salt: [UInt8], checksum: String) {
    self.prefix = prefix
    self.cost = cost
    self.salt = salt
    self.checksum = checksum
  }

  /// Reads prefix, cost and salt; takes what follows as the checksum.
  init(_ text: String) throws(PasswordError) {
    let bytes = Array(text.utf8)
    let dollar = UInt8(ascii: "$")
    guard bytes.count >= 29, bytes[0] == dollar, bytes[1] == UInt8(ascii: "2"), bytes[3] == dollar,
      "abxy".utf8.contains(bytes[2])
    else { throw .malformed(offset: 0) }
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    guard digits.contains(bytes[4]), digits.contains(bytes[5]), bytes[6] == dollar else {
      throw .malformed(offset: 4)
    }
    prefix = "2" + String(Unicode.Scalar(bytes[2]))
    cost = 10 * Int(bytes[4] - digits.lowerBound) + Int(bytes[5] - digits.lowerBound)
    guard let salt = Self.decode(bytes[7..<29]) else { throw .malformed(offset: 7) }
    self.salt = salt
    checksum = String(decoding: bytes[29...], as: UTF8.self)
  }

  var text: String {
    "$\(prefix)$\(cost < 10 ? "0" : "")\(cost)$\(Self.encode(salt))\(checksum)"
  }

  static func encode(_ bytes: [UInt8]) -> String {
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let value = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      for index in 0...group.count { text.append(alphabet[value >> (18 - 6 * index) & 63]) }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The bytes of characters; nil for what ``encode(_:)`` would not have written.
  private static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    var bytes: [UInt8] = []
    var value = 0
    var bits = 0
    for character in text {
      guard let digit = alphabet.firstIndex(of: character) else { return nil }
      value = (value << 6 | digit) & 0xFFFF
      bits += 6
      if bits >= 8 {
        bits -= 8
        bytes.append(UInt8(truncatingIfNeeded: value >> bits))
      }
    }
    return value & ((1 << bits) - 1) == 0 ? bytes : nil
  }
}
