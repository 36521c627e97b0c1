public import MoltPostgresWire

/// The columns of a result, shared by its rows.
public final class PostgresResultColumns: Sendable {
  /// The columns in order.
  public let list: [PostgresColumn]

  /// Takes the columns of a result.
  public init(_ list: [PostgresColumn]) { self.list = list }

  /// The index of the first column of a name.
  ///
  /// - Complexity: O(columns)
  public func index(of name: String) -> Int? { list.firstIndex { $0.name == name } }
}

/// Rows that arrived together: the server's messages as they came, one behind the other.
///
/// Making a row of one costs no memory of its own.
public struct PostgresRowBatch: Sendable {
  @usableFromInline let storage: PostgresRowStorage
  /// Where the rows lie in the storage.
  @usableFromInline let range: Range<Int>
  /// How many rows there are.
  public let count: Int

  /// Takes all rows of a storage.
  init(_ storage: PostgresRowStorage, count: Int) {
    self.init(storage, 0..<storage.bytes.count, count: count)
  }

  init(_ storage: PostgresRowStorage, _ range: Range<Int>, count: Int) {
    self.storage = storage
    self.range = range
    self.count = count
  }

  /// The columns of the rows.
  public var columns: PostgresResultColumns { storage.columns }
}

extension PostgresRowBatch: Sequence {
  /// Walks the rows.
  public struct Iterator: IteratorProtocol {
    @usableFromInline let storage: PostgresRowStorage
    @usableFromInline let end: Int
    @usableFromInline var offset: Int

    @usableFromInline init(_ storage: PostgresRowStorage, _ range: Range<Int>) {
      self.storage = storage
      offset = range.lowerBound
      end = range.upperBound
    }

    /// The next row.
    @inlinable public mutating func next() -> PostgresRow? {
      guard offset < end else { return nil }
      let start = offset
      offset = storage.end(ofRowAt: start)
      return PostgresRow(storage, start..<offset)
    }
  }

  /// Begins at the first row.
  public func makeIterator() -> Iterator { Iterator(storage, range) }
}

/// The bytes behind some rows.
@usableFromInline
final class PostgresRowStorage: Sendable {
  @usableFromInline let bytes: [UInt8]
  @usableFromInline let columns: PostgresResultColumns

  init(_ bytes: [UInt8], _ columns: PostgresResultColumns) {
    self.bytes = bytes
    self.columns = columns
  }

  /// Where the message of a row ends: its length counts from behind its type.
  @inlinable
  func end(ofRowAt start: Int) -> Int {
    let length =
      Int(bytes[start + 1]) << 24 | Int(bytes[start + 2]) << 16 | Int(bytes[start + 3]) << 8
      | Int(bytes[start + 4])
    return start + 1 + length
  }
}
