internal import CMoltPython
internal import MoltAuth

/// Keys for tokens as an object of Python holds them; used under the GIL, but for the keys
/// themselves, which do not change.
final class KeptKeys {
  private let keys: TokenKeySet
  private let areSymmetric: Bool
  /// The verifier of the call before: callers allow the same algorithms each time.
  private var last: (algorithms: Int, verifier: JWSVerifier)?
  /// The header of the token before: those of one issuer have the same.
  var header: KnownHeader?

  /// Messages up to this size are authenticated in less time than another thread needs to wake up.
  private static let worthUnlocking = 1 << 14

  /// PyJWT warns of short secrets, and so does `molt_accel.jwt`.
  private static var limits: TokenLimits {
    var limits = TokenLimits()
    limits.allowsShortSecrets = true
    return limits
  }

  /// Reads keys of a form of the contract.
  init(_ form: Int, _ bytes: Span<UInt8>) throws(TokenError) {
    let limits = Self.limits
    switch form {
    case 0: keys = try TokenKeySet([try TokenKey(secret: bytes, limits: limits)])
    case 1:
      let text = String(decoding: bytes.indices.map { bytes[$0] }, as: UTF8.self)
      keys = try TokenKeySet([try TokenKey(pem: text, limits: limits)])
    case 2: keys = try TokenKeySet([try TokenKey(jwk: bytes, limits: limits)])
    case 3: keys = try TokenKeySet(jwks: bytes, limits: limits)
    default: throw .unsupportedKey
    }
    areSymmetric = keys.keys.allSatisfy(\.isSymmetric)
  }

  /// The keys of an argument.
  static func of(_ object: PythonObject) throws(PythonRaised) -> KeptKeys {
    guard object.type == Slot.tokenKeyType.object else {
      throw raise(moltpy_PyExc_TypeError(), "a TokenKey is needed, not \(typeName(of: object))")
    }
    let payload = unsafe payloadOf(object)
    return unsafe Unmanaged<KeptKeys>.fromOpaque(payload.pointee.swift).takeUnretainedValue()
  }

  /// A new object that holds these keys.
  func object() throws(PythonRaised) -> PythonObject {
    let object = try owned(PyType_GenericAlloc(Slot.tokenKeyType.object, 0))
    let payload = unsafe payloadOf(object)
    unsafe payload.pointee.swift = Unmanaged.passRetained(self).toOpaque()
    return object
  }

  /// The only key.
  var only: TokenKey {
    get throws(TokenError) {
      guard keys.keys.count == 1 else { throw .unknownKey }
      return keys.keys[0]
    }
  }

  /// What the keys are for, as bits in the order of ``JWSAlgorithm``.
  var algorithmBits: Int64 {
    var bits: Int64 = 0
    for (index, algorithm) in JWSAlgorithm.allCases.enumerated()
    where keys.keys.contains(where: { $0.algorithms.contains(algorithm) }) {
      bits |= 1 << Int64(index)
    }
    return bits
  }

  /// Whether one of the keys can sign.
  var isPrivate: Bool { keys.keys.contains(where: \.isPrivate) }

  /// Whether a signature takes so long that other threads should run.
  func isSlow(_ byteCount: Int) -> Bool { !areSymmetric || byteCount > Self.worthUnlocking }

  /// A verifier for the algorithms whose bits are set.
  func verifier(allowing bits: Int) -> JWSVerifier {
    if let last, last.algorithms == bits { return last.verifier }
    let allowed = JWSAlgorithm.allCases.enumerated().filter { bits >> $0.offset & 1 == 1 }
    let verifier = JWSVerifier(keys, algorithms: Set(allowed.map(\.element)))
    last = (bits, verifier)
    return verifier
  }
}
