public import MoltErrors

/// Why bytes of a server are not the protocol.
///
/// Offsets count from the first byte that the connection received. Nothing after such a place can
/// be trusted: the connection is closed.
///
/// Source: PostgreSQL documentation, "Message Formats".
public enum PostgresWireError: Error, Equatable, Sendable {
  /// The message at `offset` has a type that protocol 3.0 does not define.
  case unknownMessage(offset: Int, type: UInt8)
  /// The message at `offset` announces a length that no message has.
  case badLength(offset: Int, byteCount: Int)
  /// The message at `offset` announces more bytes than the limit allows.
  case tooLarge(offset: Int, byteCount: Int, limit: Int)
  /// The field at `offset` runs over the end of its message.
  case truncated(offset: Int)
  /// The message's last field ends at `offset`, and its length says that more follows.
  case trailingBytes(offset: Int)
  /// The field at `offset` has a value that the protocol does not define.
  case malformed(offset: Int)
  /// The message at `offset` is well formed and must not come now.
  case unexpected(offset: Int, BackendMessageType)
  /// Bytes came at `offset` together with the server's agreement to encrypt.
  ///
  /// Whoever is on the way could have put them there (CVE-2021-23222).
  case bytesBeforeEncryption(offset: Int)

  /// Where in the stream it is.
  public var offset: Int {
    switch self {
    case .unknownMessage(let offset, _), .badLength(let offset, _), .tooLarge(let offset, _, _),
      .truncated(let offset), .trailingBytes(let offset), .malformed(let offset),
      .unexpected(let offset, _), .bytesBeforeEncryption(let offset):
      offset
    }
  }

  /// What is wrong, as one sentence.
  public var message: String {
    switch self {
    case .unknownMessage(let offset, let type):
      "the server sent a message of unknown type \(type) at byte \(offset)"
    case .badLength(let offset, let byteCount):
      "the server's message at byte \(offset) has the impossible length \(byteCount)"
    case .tooLarge(let offset, let byteCount, let limit):
      "the server's message at byte \(offset) has \(byteCount) bytes, and the limit is \(limit)"
    case .truncated(let offset):
      "a field of the server's message at byte \(offset) runs over its end"
    case .trailingBytes(let offset):
      "the server's message is longer than its fields, which end at byte \(offset)"
    case .malformed(let offset):
      "the server sent a value at byte \(offset) that the protocol does not define"
    case .unexpected(let offset, let type):
      "the server sent \(type) at byte \(offset), where the protocol does not allow it"
    case .bytesBeforeEncryption(let offset):
      "unencrypted bytes follow the server's agreement to encrypt, at byte \(offset)"
    }
  }

  /// The error as the edges report it.
  public var error: MoltError {
    if case .tooLarge = self { return MoltError(.tooLarge, message, offset: offset) }
    return MoltError(.unavailable, message, offset: offset)
  }
}
