internal import MoltPostgresWire

// Rows as `Decodable` types: keys are names of columns, and a type of one value takes the first one.

extension PostgresRow {
  /// Decodes the row as a `Decodable` type whose keys are names of columns.
  ///
  /// - Throws: ``PostgresError/decoding(_:)``.
  public func decode<Record: Decodable>(record type: Record.Type) throws(PostgresError) -> Record {
    do {
      return try Record(from: PostgresRowDecoder(row: self))
    } catch let error as PostgresError {
      throw error
    } catch {
      throw .decoding(PostgresDecodingError(.unsupported("\(type): \(error)")))
    }
  }
}

extension PostgresRows {
  /// Decodes all rows as a `Decodable` type whose keys are names of columns.
  ///
  /// - Throws: ``PostgresError/decoding(_:)``.
  public func decode<Record: Decodable>(
    records type: Record.Type
  ) throws(PostgresError) -> [Record] {
    var list: [Record] = []
    list.reserveCapacity(count)
    for row in batch { list.append(try row.decode(record: type)) }
    return list
  }
}

struct PostgresRowDecoder: Decoder {
  let row: PostgresRow
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(
    keyedBy type: Key.Type
  ) throws -> KeyedDecodingContainer<Key> { KeyedDecodingContainer(PostgresRowContainer(row: row)) }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    throw PostgresError.decoding(PostgresDecodingError(.unsupported("a list")))
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer {
    PostgresColumnDecodingContainer(row: row, index: 0)
  }
}

struct PostgresRowContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let row: PostgresRow
  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { row.columns.list.compactMap { Key(stringValue: $0.name) } }

  func contains(_ key: Key) -> Bool { row.columns.index(of: key.stringValue) != nil }

  func decodeNil(forKey key: Key) throws -> Bool {
    guard let index = row.columns.index(of: key.stringValue) else { return true }
    return try row.isNull(index)
  }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    guard let index = row.columns.index(of: key.stringValue) else {
      throw PostgresError.decoding(PostgresDecodingError(.noColumn(key.stringValue)))
    }
    return try PostgresColumnDecodingContainer(row: row, index: index).decode(type)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type,
    forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    throw PostgresError.decoding(PostgresDecodingError(.unsupported("a nested record")))
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    throw PostgresError.decoding(PostgresDecodingError(.unsupported("a nested list")))
  }

  func superDecoder() throws -> any Decoder { PostgresRowDecoder(row: row) }
  func superDecoder(forKey key: Key) throws -> any Decoder { PostgresRowDecoder(row: row) }
}

struct PostgresColumnDecodingContainer: SingleValueDecodingContainer, Decoder {
  let row: PostgresRow
  let index: Int
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func decodeNil() -> Bool { (try? row.isNull(index)) ?? true }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    if let known = type as? any PostgresDecodable.Type, let value = try decodeKnown(known) as? Value
    {
      return value
    }
    if let narrow = try decodeNarrow(type) as? Value { return narrow }
    return try Value(from: self)
  }

  private func decodeKnown<Known: PostgresDecodable>(_ type: Known.Type) throws -> Known {
    try row.decode(column: index, as: type)
  }

  /// Integers that no column has, read as the next larger one.
  private func decodeNarrow<Value>(_ type: Value.Type) throws -> Any? {
    guard let type = type as? any FixedWidthInteger.Type else { return nil }
    let wide = try row.decode(column: index, as: Int64.self)
    guard let value = exactly(wide, type) else {
      let error = PostgresDecodingError(.cell(.outOfRange), column: index)
      throw PostgresError.decoding(error)
    }
    return value
  }

  private func exactly<Narrow: FixedWidthInteger>(_ wide: Int64, _ type: Narrow.Type) -> Any? {
    Narrow(exactly: wide)
  }

  func container<Key: CodingKey>(
    keyedBy type: Key.Type
  ) throws -> KeyedDecodingContainer<Key> {
    throw PostgresError.decoding(PostgresDecodingError(.unsupported("a nested record")))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    throw PostgresError.decoding(PostgresDecodingError(.unsupported("a nested list")))
  }

  func singleValueContainer() throws -> any SingleValueDecodingContainer { self }
}

extension PostgresRow {
  /// Whether a column is null.
  func isNull(_ index: Int) throws(PostgresError) -> Bool {
    try decode(column: index, as: Presence.self).isNull
  }
}

/// Whether a value is there.
private struct Presence: PostgresDecodable {
  let isNull: Bool

  init(postgres cell: PostgresCell) throws(PostgresCellError) { isNull = cell.isNull }
}
