/// A statement that the server keeps under a name, or will once it has answered.
final class PreparedStatement {
  /// What a prepared statement is found by.
  ///
  /// The types belong to it: the same text with other types is another statement to the server.
  struct Key: Hashable {
    var statement: PostgresStatement
    var parameterTypes: [UInt32]
  }

  let key: Key
  /// Its name on the server; empty for the unnamed statement.
  let name: [UInt8]
  /// The batch in which it is parsed.
  let batch: UInt64
  /// What the server says about it; nil until it has.
  var description: PostgresDescription?
  /// The types of the parameters, while the columns are still to come.
  var parameterTypes: [UInt32] = []

  init(key: Key, name: [UInt8], batch: UInt64) {
    self.key = key
    self.name = name
    self.batch = batch
  }

  var isNamed: Bool { !name.isEmpty }
}
