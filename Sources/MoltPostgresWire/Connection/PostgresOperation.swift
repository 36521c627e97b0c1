/// The number of something that a connection was asked to do, unique on that connection.
public struct PostgresOperation: Hashable, Sendable, CustomStringConvertible {
  /// The number, from 1.
  public let number: UInt64

  /// Creates the name of an operation; the machine does, and tests may.
  public init(_ number: UInt64) { self.number = number }

  /// The number as text.
  public var description: String { "operation \(number)" }
}
