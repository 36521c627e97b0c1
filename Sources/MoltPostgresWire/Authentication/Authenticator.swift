internal import MoltBytes

/// Answers what a server asks for before it lets the client in.
///
/// It keeps to the policy: it never answers a method that is not allowed, and it takes no welcome
/// before the server has proved what the method makes it prove.
struct Authenticator {
  private enum Stage {
    case nothing
    /// An answer is sent that settles everything.
    case answered
    case exchanging(ScramExchange)
    case done
  }

  private let user: String
  private let password: PostgresPassword?
  private let policy: PostgresAuthenticationPolicy
  private let nonce: [UInt8]
  private let iterationLimit: Int
  /// Nil when the connection is not encrypted.
  private let encryption: PostgresEncryption?
  private var stage = Stage.nothing
  private var isBound = false

  init(_ options: PostgresConnectionOptions, encryption: PostgresEncryption?) {
    user = options.user
    password = options.password
    policy = options.authentication
    nonce = options.nonce
    iterationLimit = options.limits.scramIterations
    self.encryption = encryption
  }

  /// Takes a message and appends the answer, if it wants one.
  ///
  /// - Returns: Whether the login succeeded.
  /// - Throws: ``PostgresAuthenticationError``; the login must then be given up.
  mutating func receive(
    _ message: Authentication,
    into output: inout ByteWriter
  ) throws(PostgresAuthenticationError) -> Bool {
    switch message {
    case .ok:
      try welcome()
      return true
    case .cleartextPassword: try sendCleartext(into: &output)
    case .md5Password(let salt): try sendMD5(salt, into: &output)
    case .sasl(let mechanisms): try begin(mechanisms, into: &output)
    case .saslContinue(let text):
      guard case .exchanging(var exchange) = stage else { throw .malformedMessage }
      let answer = try exchange.answer(serverFirst: text, iterationLimit: iterationLimit)
      stage = .exchanging(exchange)
      output.appendPostgresSASLResponse(answer.span)
    case .saslFinal(let text):
      guard case .exchanging(var exchange) = stage else { throw .malformedMessage }
      try exchange.verify(serverFinal: text)
      stage = .exchanging(exchange)
    case .other(let code): throw .methodUnknown(code: code)
    }
    return false
  }

  private mutating func welcome() throws(PostgresAuthenticationError) {
    switch stage {
    case .nothing: try allow(.trust)
    case .answered: break
    case .exchanging(let exchange): guard exchange.isVerified else { throw .unfinished }
    case .done: throw .malformedMessage
    }
    if policy.channelBinding == .require, !isBound { throw .channelBindingMissing }
    stage = .done
  }

  private func allow(_ method: PostgresAuthenticationMethod) throws(PostgresAuthenticationError) {
    guard policy.methods.contains(method) else { throw .methodNotAllowed(method) }
  }

  /// The password for a method that proves nothing about the server.
  private mutating func answerOnce(
    _ method: PostgresAuthenticationMethod
  ) throws(PostgresAuthenticationError) -> PostgresPassword {
    guard case .nothing = stage else { throw .malformedMessage }
    try allow(method)
    if policy.channelBinding == .require { throw .channelBindingMissing }
    guard let password else { throw .passwordMissing }
    stage = .answered
    return password
  }

  private mutating func sendCleartext(
    into output: inout ByteWriter
  ) throws(PostgresAuthenticationError) {
    let password = try answerOnce(.cleartext)
    guard encryption != nil || policy.allowsUnencryptedCleartext else { throw .passwordInClear }
    output.appendPostgresPassword(password.bytes.span)
  }

  /// `md5` and the digest of (the digest of password and user, then the salt), in hexadecimal.
  private mutating func sendMD5(
    _ salt: [UInt8],
    into output: inout ByteWriter
  ) throws(PostgresAuthenticationError) {
    let password = try answerOnce(.md5)
    let inner = hexadecimal(Digests.md5(password.bytes + Array(user.utf8)))
    let outer = hexadecimal(Digests.md5(inner + salt))
    output.appendPostgresPassword((Array("md5".utf8) + outer).span)
  }

  private mutating func begin(
    _ mechanisms: [String],
    into output: inout ByteWriter
  ) throws(PostgresAuthenticationError) {
    guard case .nothing = stage else { throw .malformedMessage }
    let (method, binding) = try choose(mechanisms)
    guard let password else { throw .passwordMissing }
    guard nonce.count >= 16 else { throw .nonceMissing }
    isBound = method == .scramSHA256Plus
    let exchange = ScramExchange(
      user: "",
      password: SASLprep.prepare(password.text),
      nonce: Digests.base64(nonce),
      binding: binding
    )
    output.appendPostgresSASLInitialResponse(
      mechanism: method.rawValue,
      exchange.firstMessage.span
    )
    stage = .exchanging(exchange)
  }

  /// The strongest mechanism that both sides know.
  ///
  /// A client that could bind and is not offered it says so, which reveals to an honest server that
  /// somebody took the offer away (RFC 5802, section 6).
  private func choose(
    _ mechanisms: [String]
  ) throws(PostgresAuthenticationError) -> (PostgresAuthenticationMethod, ScramExchange.Binding) {
    let isPlusAllowed =
      policy.channelBinding != .disable && policy.methods.contains(.scramSHA256Plus)
    let endPoint = isPlusAllowed ? encryption?.serverEndPoint : nil
    if let endPoint, mechanisms.contains(PostgresAuthenticationMethod.scramSHA256Plus.rawValue) {
      return (.scramSHA256Plus, .serverEndPoint(endPoint))
    }
    if policy.channelBinding == .require { throw .channelBindingMissing }
    guard mechanisms.contains(PostgresAuthenticationMethod.scramSHA256.rawValue) else {
      throw .noMechanism
    }
    try allow(.scramSHA256)
    return (.scramSHA256, endPoint == nil ? .unsupported : .notOffered)
  }

  private func hexadecimal(_ bytes: [UInt8]) -> [UInt8] {
    let digits = Array("0123456789abcdef".utf8)
    return bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
  }
}
