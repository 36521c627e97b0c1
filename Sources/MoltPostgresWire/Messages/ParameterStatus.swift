/// `ParameterStatus`: a setting of the session, now or after it changed.
public struct ParameterStatus: Equatable, Sendable {
  /// The setting's name, such as `server_version`.
  public var name: String
  /// Its value.
  public var value: String

  /// Creates a status.
  public init(name: String, value: String) {
    self.name = name
    self.value = value
  }

  /// Decodes the body of the message.
  ///
  /// - Throws: ``PostgresWireError`` for anything but exactly one message.
  public init(decoding body: consuming BackendMessageReader) throws(PostgresWireError) {
    name = try body.readText()
    value = try body.readText()
    try body.finish()
  }
}
