/// `CommandComplete`: a command ended, and what it did.
public struct CommandComplete: Equatable, Sendable {
  /// The command's name, with numbers, such as `INSERT 0 3`.
  public var tag: String

  /// Creates the message of a tag.
  public init(tag: String) { self.tag = tag }

  /// Decodes the body of the message.
  ///
  /// - Throws: ``PostgresWireError`` for anything but exactly one message.
  public init(decoding body: consuming BackendMessageReader) throws(PostgresWireError) {
    tag = try body.readText()
    try body.finish()
  }

  /// How many rows the command returned or changed; nil for one that counts none.
  public var rowCount: UInt64? { tag.split(separator: " ").last.flatMap { UInt64($0) } }

  /// Whether the server forgot its prepared statements.
  var endsStatements: Bool { tag == "DISCARD ALL" || tag == "DEALLOCATE ALL" }
}
