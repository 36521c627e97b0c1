internal import CMoltCrypto
internal import MoltDigests
internal import MoltJSON
internal import MoltTape

extension TokenKey {
  /// A key in JSON.
  ///
  /// Source: RFC 7517, section 4; RFC 7518, section 6; RFC 8037, section 2.
  ///
  /// - Throws: ``TokenError/malformedKey``, ``TokenError/unsupportedKey``, ``TokenError/weakKey``,
  ///   ``TokenError/unavailable``.
  public init(jwk: Span<UInt8>, limits: TokenLimits = TokenLimits()) throws(TokenError) {
    guard jwk.count <= limits.keyByteCount else { throw .tooLarge(limit: limits.keyByteCount) }
    var parser = JSONParser(limits: TokenJSON.limits)
    let fields: JWKFields
    do {
      fields = try JWKFields(try parser.parse(jwk).root)
    } catch let error as TokenError {
      throw error
    } catch {
      throw .malformedKey
    }
    try self.init(fields, limits)
  }

  init(_ fields: JWKFields, _ limits: TokenLimits) throws(TokenError) {
    switch fields.text("kty") {
    case "oct":
      let secret = try fields.bytes("k")
      guard !secret.isEmpty else { throw .weakKey }
      material = .secret(SecretKey(secret, allowsShort: limits.allowsShortSecrets))
    case "RSA": material = .signature(try fields.rsaKey(limits))
    case "EC": material = .signature(try fields.curveKey(limits))
    case "OKP": material = .signature(try fields.edwardsKey(limits))
    case .some: throw .unsupportedKey
    case nil: throw .malformedKey
    }
    keyID = fields.text("kid")
    if let name = fields.text("alg") {
      guard let named = JWSAlgorithm(rawValue: name) else { throw .unsupportedKey }
      algorithm = named
      guard algorithms.contains(named) else { throw isSymmetric ? .weakKey : .malformedKey }
    }
    if let use = fields.text("use"), use != "sig" { throw .unsupportedKey }
    if let operations = fields.operations {
      mayBeUsed = (operations.contains("sign"), operations.contains("verify"))
      guard mayBeUsed.sign || mayBeUsed.verify else { throw .unsupportedKey }
    }
  }
}

/// How JSON is read here: objects of one level mostly, without a key that stands twice.
enum TokenJSON {
  static var limits: JSONLimits {
    var limits = JSONLimits()
    limits.depth = 64
    limits.uniqueKeys = true
    return limits
  }
}

/// The members of a key in JSON that are looked at.
struct JWKFields {
  private var texts: [String: String] = [:]
  /// What the key may do.
  private(set) var operations: [String]?
  private var hasOtherPrimes = false

  /// - Throws: ``TokenError/malformedKey`` or an error of the tape.
  init(_ value: TapeValue) throws {
    var pairs = try value.map().makeIterator()
    while let pair = pairs.next() {
      switch try pair.key.string() {
      case "key_ops":
        var names: [String] = []
        var items = try pair.value.array().makeIterator()
        while let item = items.next() { names.append(try item.string()) }
        operations = names
      case "oth": hasOtherPrimes = true
      case let name where Self.known.contains(name): texts[name] = try pair.value.string()
      default: break
      }
    }
  }

  private static let known: Set<String> = [
    "kty", "kid", "alg", "use", "k", "n", "e", "d", "p", "q", "dp", "dq", "qi", "crv", "x", "y",
  ]

  func text(_ name: String) -> String? { texts[name] }

  func bytes(_ name: String) throws(TokenError) -> [UInt8] {
    guard let text = texts[name] else { throw .malformedKey }
    do {
      return try Base64.url.decode(text.utf8.span)
    } catch {
      throw .malformedKey
    }
  }

  /// Exactly `count` bytes.
  private func bytes(_ name: String, _ count: Int) throws(TokenError) -> [UInt8] {
    let bytes = try bytes(name)
    guard bytes.count == count else { throw .malformedKey }
    return bytes
  }

  func rsaKey(_ limits: TokenLimits) throws(TokenError) -> SignatureKey {
    let (n, e) = (try bytes("n"), try bytes("e"))
    guard n.count <= limits.largestRSAKey / 8 + 1, e.count <= 8 else { throw .unsupportedKey }
    guard texts["d"] != nil else {
      let numbers = DER.sequence([DER.integer(n), DER.integer(e)])
      return try SignatureKey(MOLT_KEY_RSA_PUBLIC, numbers, limits)
    }
    guard !hasOtherPrimes, texts["p"] != nil else { throw .unsupportedKey }
    var numbers = [DER.integer([0]), DER.integer(n), DER.integer(e)]
    for name in ["d", "p", "q", "dp", "dq", "qi"] { numbers.append(DER.integer(try bytes(name))) }
    let key = try SignatureKey(MOLT_KEY_RSA_PRIVATE, DER.sequence(numbers), limits)
    // libcrypto does not compare the numbers with each other; a signature does.
    let probe = Array("probe".utf8)
    let signature = try key.sign(probe.span, .rs256)
    guard key.verify(signature, probe.span, .rs256) else { throw .malformedKey }
    return key
  }

  func curveKey(_ limits: TokenLimits) throws(TokenError) -> SignatureKey {
    let kinds: [String: SignatureKey.Kind] = ["P-256": .p256, "P-384": .p384, "P-521": .p521]
    guard let name = texts["crv"] else { throw .malformedKey }
    guard let kind = kinds[name] else { throw .unsupportedKey }
    let size = kind.fieldByteCount
    let point = [0x04] + (try bytes("x", size)) + (try bytes("y", size))
    let info = PublicKeyInfo.encode(kind, point)
    guard texts["d"] != nil else { return try SignatureKey(MOLT_KEY_PUBLIC, info, limits) }
    let secret = try bytes("d", size)
    let inner = DER.sequence([DER.integer([1]), DER.octets(secret)])
    return try privateKey(kind, inner, info, limits)
  }

  func edwardsKey(_ limits: TokenLimits) throws(TokenError) -> SignatureKey {
    let kinds: [String: (SignatureKey.Kind, Int)] = [
      "Ed25519": (.ed25519, 32), "Ed448": (.ed448, 57),
    ]
    guard let name = texts["crv"] else { throw .malformedKey }
    guard let (kind, size) = kinds[name] else { throw .unsupportedKey }
    let info = PublicKeyInfo.encode(kind, try bytes("x", size))
    guard texts["d"] != nil else { return try SignatureKey(MOLT_KEY_PUBLIC, info, limits) }
    return try privateKey(kind, DER.octets(try bytes("d", size)), info, limits)
  }

  /// A private key without its public part, which libcrypto computes, compared with the one that
  /// the JSON names.
  private func privateKey(
    _ kind: SignatureKey.Kind,
    _ inner: [UInt8],
    _ publicKey: [UInt8],
    _ limits: TokenLimits
  ) throws(TokenError) -> SignatureKey {
    let parts = [DER.integer([0]), PublicKeyInfo.algorithm(kind), DER.octets(inner)]
    let key = try SignatureKey(MOLT_KEY_PKCS8, DER.sequence(parts), limits)
    guard key.publicKey == publicKey else { throw .malformedKey }
    return key
  }
}
