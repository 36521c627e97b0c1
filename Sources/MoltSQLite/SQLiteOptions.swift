/// How a database file is opened.
public struct SQLiteOptions: Equatable, Sendable {
  /// The path of the file, which must exist.
  public var path: String
  /// How long a statement waits for another process's lock.
  ///
  /// Default: 5 seconds, as Python's `sqlite3.connect`.
  public var busyTimeout: Duration = .seconds(5)
  /// The most connections kept open while nobody uses them.
  ///
  /// Default: 8.
  public var idleConnections = 8
  /// The most prepared statements kept per connection.
  ///
  /// Default: 128.
  public var statementsPerConnection = 128

  /// Creates options with defaults.
  ///
  /// - Parameter path: The file's path.
  public init(path: String) { self.path = path }
}
