/// The client's side of one SCRAM-SHA-256 exchange, with or without channel binding.
///
/// With the password `pencil` (RFC 7677, section 3):
///
///     client  n,,n=user,r=rOprNGfwEbeRWgbNEkqO
///     server  r=rOprNGfwEbeRWgbNEkqO%hvYDp…,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096
///     client  c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDp…,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=
///     server  v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=
///
/// Source: RFC 5802, RFC 7677, RFC 5929 for `tls-server-end-point`.
package struct ScramExchange {
  /// What the first message says about channel binding.
  package enum Binding: Equatable {
    /// This client does not support it.
    case unsupported
    /// This client supports it and believes that the server does not.
    case notOffered
    /// The exchange is bound to the hash of the server's certificate.
    case serverEndPoint([UInt8])

    var header: [UInt8] {
      switch self {
      case .unsupported: Array("n,,".utf8)
      case .notOffered: Array("y,,".utf8)
      case .serverEndPoint: Array("p=tls-server-end-point,,".utf8)
      }
    }

    var data: [UInt8] { if case .serverEndPoint(let data) = self { data } else { [] } }
  }

  private enum Stage {
    case started
    case proved(serverSignature: [UInt8])
    case verified
    case failed
  }

  private let binding: Binding
  private let password: [UInt8]
  private let nonce: [UInt8]
  private let firstBare: [UInt8]
  private var stage = Stage.started

  /// Creates an exchange.
  ///
  /// - Parameters:
  ///   - user: The name; PostgreSQL ignores it and takes the one of the startup message.
  ///   - password: The prepared password.
  ///   - nonce: Random text of printable ASCII without commas.
  ///   - binding: What to say about channel binding.
  package init(user: String, password: [UInt8], nonce: [UInt8], binding: Binding) {
    self.binding = binding
    self.password = password
    self.nonce = nonce
    let name = user.utf8.flatMap { byte -> [UInt8] in
      switch byte {
      case UInt8(ascii: "="): Array("=3D".utf8)
      case UInt8(ascii: ","): Array("=2C".utf8)
      default: [byte]
      }
    }
    firstBare = Array("n=".utf8) + name + Array(",r=".utf8) + nonce
  }

  /// The client's first message.
  package var firstMessage: [UInt8] { binding.header + firstBare }

  /// Whether the server has proved that it knows the password.
  package var isVerified: Bool { if case .verified = stage { true } else { false } }

  /// Answers the server's first message.
  ///
  /// - Throws: ``PostgresAuthenticationError`` for a malformed message, a foreign nonce, and more
  ///   iterations than `iterationLimit`. The exchange is then over.
  /// - Complexity: O(iterations that the server asks for)
  package mutating func answer(
    serverFirst message: [UInt8],
    iterationLimit: Int
  ) throws(PostgresAuthenticationError) -> [UInt8] {
    guard case .started = stage else { throw .malformedMessage }
    stage = .failed
    let first = try ServerFirst(message)
    guard first.nonce.starts(with: nonce), first.nonce.count > nonce.count else {
      throw .wrongNonce
    }
    guard first.iterations > 0, first.iterations <= iterationLimit else {
      throw .iterations(first.iterations)
    }
    let bound = Digests.base64(binding.header + binding.data)
    let finalBare = Array("c=".utf8) + bound + Array(",r=".utf8) + first.nonce
    let comma = UInt8(ascii: ",")
    let authMessage = firstBare + [comma] + message + [comma] + finalBare
    let salted = Digests.saltedPassword(password, salt: first.salt, iterations: first.iterations)
    let clientKey = Digests.hmacSHA256(key: salted, Array("Client Key".utf8))
    let signature = Digests.hmacSHA256(key: Digests.sha256(clientKey), authMessage)
    let proof = zip(clientKey, signature).map { $0 ^ $1 }
    let serverKey = Digests.hmacSHA256(key: salted, Array("Server Key".utf8))
    stage = .proved(serverSignature: Digests.hmacSHA256(key: serverKey, authMessage))
    return finalBare + Array(",p=".utf8) + Digests.base64(proof)
  }

  /// Checks the server's last message.
  ///
  /// - Throws: ``PostgresAuthenticationError`` unless it proves that the server knows the password.
  package mutating func verify(serverFinal message: [UInt8]) throws(PostgresAuthenticationError) {
    guard case .proved(let expected) = stage else { throw .malformedMessage }
    stage = .failed
    if message.starts(with: "e=".utf8) { throw .serverRejected }
    guard message.starts(with: "v=".utf8) else { throw .malformedMessage }
    let value = message[2...].prefix { $0 != UInt8(ascii: ",") }
    guard let signature = Digests.bytes(base64: value) else { throw .malformedMessage }
    // All bytes are looked at, so that the time says nothing about where they differ.
    let difference = zip(signature, expected).reduce(0 as UInt8) { $0 | ($1.0 ^ $1.1) }
    guard signature.count == expected.count, difference == 0 else { throw .wrongServerSignature }
    stage = .verified
  }
}

/// The server's first message: nonce, salt and iterations.
private struct ServerFirst {
  var nonce: [UInt8]
  var salt: [UInt8]
  var iterations: Int

  init(_ message: [UInt8]) throws(PostgresAuthenticationError) {
    let parts = message.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    // A mandatory extension ("m=") stands first and would have to be understood.
    guard parts.count >= 3, parts[0].starts(with: "r=".utf8), parts[1].starts(with: "s=".utf8),
      parts[2].starts(with: "i=".utf8),
      let salt = Digests.bytes(base64: parts[1].dropFirst(2)),
      let iterations = Self.number(parts[2].dropFirst(2)), !salt.isEmpty
    else { throw .malformedMessage }
    self.nonce = Array(parts[0].dropFirst(2))
    self.salt = salt
    self.iterations = iterations
  }

  /// A positive decimal number of at most nine digits.
  private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
    guard (1...9).contains(digits.count) else { return nil }
    var value = 0
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      value = value * 10 + Int(digit - UInt8(ascii: "0"))
    }
    return value
  }
}
