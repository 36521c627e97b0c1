internal import MoltDigests

/// A hash of Argon2 in the notation of the password hashing competition.
///
///     $argon2id$v=19$m=65536,t=3,p=4$<salt>$<hash>
///
/// Without `v=` it is of version 1.0. Numbers have no zeros in front, and salt and hash are Base64
/// without padding, as the reference implementation reads them.
public struct PHCArgon2: Equatable, Sendable {
  /// The function with its parameters.
  public let function: Argon2
  /// The salt.
  public let salt: [UInt8]
  /// The hash.
  public let hash: [UInt8]

  /// Creates the parts of a notation.
  public init(function: Argon2, salt: [UInt8], hash: [UInt8]) {
    self.function = function
    self.salt = salt
    self.hash = hash
  }

  /// Reads the notation.
  ///
  /// - Throws: ``PasswordError/malformed(offset:)`` with the offset of the first part that is
  ///   wrong, ``PasswordError/parameter(_:)`` for parameters that Argon2 does not have.
  public init(_ text: String) throws(PasswordError) {
    var fields: [(text: Substring.UTF8View, offset: Int)] = []
    var offset = 0
    for field in text.utf8.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false) {
      fields.append((field, offset))
      offset += field.count + 1
    }
    guard fields.count >= 5, fields.count <= 6, fields[0].text.isEmpty else {
      throw .malformed(offset: 0)
    }
    let name = fields[1].text
    guard let variant = Argon2.Variant.allCases.first(where: { $0.name.utf8.elementsEqual(name) })
    else { throw .malformed(offset: 1) }
    var version = Argon2.Version.v10
    if fields.count == 6 {
      let number = Self.number(fields[2].text, behind: "v=")
      guard let known = number.flatMap(Argon2.Version.init(rawValue:)) else {
        throw .malformed(offset: fields[2].offset)
      }
      version = known
    }
    let costs = fields[fields.count - 3]
    let numbers = try Self.costs(costs.text, costs.offset)
    function = try Argon2(
      variant,
      version: version,
      iterations: numbers.1,
      memory: numbers.0,
      parallelism: numbers.2
    )
    salt = try Self.bytes(fields[fields.count - 2])
    hash = try Self.bytes(fields[fields.count - 1])
  }

  private static func costs(
    _ text: Substring.UTF8View,
    _ offset: Int
  ) throws(PasswordError) -> (UInt32, UInt32, UInt32) {
    let parts = text.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    guard parts.count == 3, let memory = number(parts[0], behind: "m="),
      let time = number(parts[1], behind: "t="), let lanes = number(parts[2], behind: "p=")
    else { throw .malformed(offset: offset) }
    return (memory, time, lanes)
  }

  private static func number(_ text: Substring.UTF8View, behind name: String) -> UInt32? {
    guard text.starts(with: name.utf8) else { return nil }
    return EncodedFields.number(text.dropFirst(name.utf8.count)).flatMap(UInt32.init(exactly:))
  }

  private static func bytes(
    _ field: (text: Substring.UTF8View, offset: Int)
  ) throws(PasswordError) -> [UInt8] {
    do {
      return try Base64.standardWithoutPadding.decode(Array(field.text).span)
    } catch {
      throw .malformed(offset: field.offset + error.offset)
    }
  }

  /// The notation.
  public var text: String {
    let costs = "m=\(function.memory),t=\(function.iterations),p=\(function.parallelism)"
    let salt = String(decoding: Base64.standardWithoutPadding.encode(salt.span), as: UTF8.self)
    let version = function.version == .v10 ? "" : "v=\(function.version.rawValue)$"
    return "$\(function.variant.name)$\(version)\(costs)$\(salt)$\(hashText)"
  }

  /// The salt's bytes as characters of Latin-1, as Django reads them.
  var saltText: String {
    String(String.UnicodeScalarView(salt.map { Unicode.Scalar($0) }))
  }

  /// The hash in Base64.
  var hashText: String {
    String(decoding: Base64.standardWithoutPadding.encode(hash.span), as: UTF8.self)
  }

  /// Refuses a function that asks for more than the limits.
  static func check(_ function: Argon2, _ limits: PasswordLimits) throws(PasswordError) {
    guard Int(function.iterations) <= limits.passes else { throw .parameter(.iterations) }
    guard function.memoryByteCount <= limits.memoryByteCount else { throw .parameter(.memory) }
  }
}
