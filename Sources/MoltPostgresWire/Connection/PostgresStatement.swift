/// The text of one SQL statement with `$1`, `$2`, … for its parameters.
///
/// Keep it between executions: its hash is computed once, so that finding the prepared statement of
/// a connection costs no pass over the text.
///
/// Two statements are equal when their bytes are. Swift's strings are equal in more cases ("é" has
/// two spellings), which would give one query the other's result.
public struct PostgresStatement: Hashable, Sendable {
  /// The text in UTF-8.
  public let utf8: [UInt8]
  /// Whether the text holds a zero byte, which the protocol cannot carry.
  let holdsZeroByte: Bool
  private let textHash: Int

  /// Creates a statement.
  ///
  /// - Complexity: O(bytes of the text)
  public init(_ sql: String) { self.init(utf8: Array(sql.utf8)) }

  /// Creates a statement of text in UTF-8.
  ///
  /// - Complexity: O(bytes of the text)
  public init(utf8: [UInt8]) {
    self.utf8 = utf8
    var hasher = Hasher()
    hasher.combine(utf8)
    textHash = hasher.finalize()
    holdsZeroByte = utf8.contains(0)
  }

  /// The text.
  public var text: String { String(decoding: utf8, as: UTF8.self) }

  /// Feeds the text's hash to a hasher.
  public func hash(into hasher: inout Hasher) { hasher.combine(textHash) }

  /// Whether two statements have the same bytes.
  public static func == (left: Self, right: Self) -> Bool {
    left.textHash == right.textHash && left.utf8 == right.utf8
  }
}
