internal import MoltPostgresWire

/// The results of a batch's queries as they become complete, one after the other.
///
/// Their rows lie one behind the other in the bytes of the request, which become the storage of all.
struct BatchResults {
  private struct Result {
    /// Where its rows end, and those of the next one begin.
    let end: Int
    let rowCount: Int
    let columns: PostgresResultColumns
    let command: CommandComplete
  }

  private var list: [Result] = []

  /// How many queries are complete.
  var count: Int { list.count }

  /// Whether nothing of what is complete has outlived a batch that failed outside a transaction.
  ///
  /// Other commands than these may have committed on the way, or work outside transactions.
  var areUndone: Bool {
    let undone: Set<Substring> = ["SELECT", "INSERT", "UPDATE", "DELETE", "MERGE"]
    return list.allSatisfy { undone.contains($0.command.tag.prefix { $0 != " " }) }
  }

  mutating func reserveCapacity(_ count: Int) { list.reserveCapacity(count) }

  mutating func append(
    _ command: CommandComplete,
    _ columns: PostgresResultColumns,
    rowCount: Int,
    end: Int
  ) {
    list.append(Result(end: end, rowCount: rowCount, columns: columns, command: command))
  }

  mutating func removeAll() { list = [] }

  /// All results, whose rows are in `bytes`.
  ///
  /// - Complexity: O(queries); neighbours with the same columns share one object
  func rows(_ bytes: [UInt8]) -> [PostgresRows] {
    guard let first = list.first else { return [] }
    var storage = PostgresRowStorage(bytes, first.columns)
    var start = 0
    var all: [PostgresRows] = []
    all.reserveCapacity(list.count)
    for result in list {
      if result.columns !== storage.columns { storage = PostgresRowStorage(bytes, result.columns) }
      let batch = PostgresRowBatch(storage, start..<result.end, count: result.rowCount)
      all.append(PostgresRows(batch: batch, command: result.command))
      start = result.end
    }
    return all
  }
}
