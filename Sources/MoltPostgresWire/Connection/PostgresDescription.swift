/// What the server says about a prepared statement.
public struct PostgresDescription: Equatable, Sendable {
  /// The types of its parameters, also those that the server inferred.
  public var parameterTypes: [UInt32]
  /// The columns of its rows; empty for a statement that returns none.
  public var columns: [PostgresColumn]

  /// Creates a description.
  public init(parameterTypes: [UInt32], columns: [PostgresColumn]) {
    self.parameterTypes = parameterTypes
    self.columns = columns
  }

  /// The columns as an execution in these formats returns them.
  ///
  /// - Complexity: O(1) when all are binary, as in the description; otherwise O(columns)
  func columns(_ formats: PostgresResultFormats) -> [PostgresColumn] {
    if formats == .binary { return columns }
    var columns = columns
    for index in columns.indices {
      switch formats {
      case .binary: break
      case .text: columns[index].format = .text
      case .columns(let formats) where index < formats.count: columns[index].format = formats[index]
      case .columns: break
      }
    }
    return columns
  }
}
