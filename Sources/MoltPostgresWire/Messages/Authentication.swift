/// `Authentication*`: what the server asks for, or that it is satisfied.
public enum Authentication: Equatable, Sendable {
  /// The login succeeded.
  case ok
  /// The password itself is asked for.
  case cleartextPassword
  /// A digest of password, user and salt is asked for.
  case md5Password(salt: [UInt8])
  /// A SASL exchange by one of these mechanisms is asked for.
  case sasl(mechanisms: [String])
  /// The next message of the SASL exchange.
  case saslContinue([UInt8])
  /// The last message of the SASL exchange.
  case saslFinal([UInt8])
  /// A method that this module does not speak: Kerberos, GSSAPI, SSPI, SCM.
  case other(code: Int)

  /// Decodes the body of the message.
  ///
  /// - Throws: ``PostgresWireError`` for anything but exactly one message.
  public init(decoding body: consuming BackendMessageReader) throws(PostgresWireError) {
    let code = Int(try body.readInt32())
    switch code {
    case 0: self = .ok
    case 3: self = .cleartextPassword
    case 5: self = .md5Password(salt: try body.readBytes(4).copied())
    case 10:
      var mechanisms: [String] = []
      while true {
        let name = try body.readText()
        if name.isEmpty { break }
        mechanisms.append(name)
      }
      self = .sasl(mechanisms: mechanisms)
    case 11: self = .saslContinue(try body.readBytes(body.remaining).copied())
    case 12: self = .saslFinal(try body.readBytes(body.remaining).copied())
    default:
      _ = try body.readBytes(body.remaining)
      self = .other(code: code)
    }
    try body.finish()
  }
}
