/// A password, which shows itself to nobody who prints it.
public struct PostgresPassword: Equatable, Sendable, ExpressibleByStringLiteral,
  CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable
{
  let text: String

  /// Creates a password.
  public init(_ text: String) { self.text = text }

  /// Creates a password of a literal, as tests do.
  public init(stringLiteral text: String) { self.text = text }

  /// Three dots, whatever the password is.
  public var description: String { "•••" }
  /// Three dots, whatever the password is.
  public var debugDescription: String { "•••" }
  /// A mirror without children.
  public var customMirror: Mirror { Mirror(self, children: []) }

  /// The bytes that are sent or hashed.
  var bytes: [UInt8] { Array(text.utf8) }
}
