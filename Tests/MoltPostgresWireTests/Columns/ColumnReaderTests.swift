import MoltBytes
import MoltColumns
import MoltPostgresWire
import MoltTestKit
import Testing

/// A row of cells in binary.
private func row(_ cells: [[UInt8]?]) -> [UInt8] {
  let fields = cells.flatMap { cell in cell.map { Server.int32($0.count) + $0 } ?? Server.int32(-1)
  }
  return Server.message("D", Server.int16(cells.count) + fields)
}

/// A big-endian number.
private func bytes<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
  withUnsafeBytes(of: number.bigEndian) { Array($0) }
}

extension ColumnMemory {
  fileprivate var array: [UInt8] { bytes.withUnsafeBufferPointer { Array($0) } }
}

private func run(_ bytes: [UInt8], _ rowCount: Int = 1) -> RowRun {
  RowRun(operation: PostgresOperation(1), rowCount: rowCount, byteCount: bytes.count)
}

private func column(_ oid: UInt32, modifier: Int32 = -1) -> PostgresColumn {
  PostgresColumn(name: "c", typeOID: oid, typeModifier: modifier)
}

/// What the reader says of one value.
private func value(_ oid: UInt32, _ cell: [UInt8]?, modifier: Int32 = -1) throws -> ColumnArray {
  var reader = PostgresColumnReader([column(oid, modifier: modifier)])
  let rows = row([cell])
  _ = try reader.append(run(rows), from: 0, in: rows.span)
  return try reader.finishBatch().columns[0]
}

private func failure(_ oid: UInt32, _ cell: [UInt8], modifier: Int32 = -1) -> PostgresColumnError? {
  do {
    _ = try value(oid, cell, modifier: modifier)
    return nil
  } catch { return error as? PostgresColumnError }
}

private let malformed = PostgresColumnError.malformedValue(row: 0, column: 0)
private let unsupported = PostgresColumnError.unsupportedValue(row: 0, column: 0)

@Suite("Rows to columns")
struct ColumnReaderTests {
  @Test("types have columns of their own, and all others come as text")
  func layouts() {
    let oids: [(UInt32, Int32, ColumnType, PostgresFormat)] = [
      (16, -1, .boolean, .binary), (21, -1, .int16, .binary), (26, -1, .uint32, .binary),
      (1700, (10 << 16 | 2) + 4, .decimal128(precision: 10, scale: 2), .binary),
      // No digits given; more than 38; a negative scale; more places than digits.
      (1700, -1, .text, .text), (1700, (39 << 16 | 2) + 4, .text, .text),
      (1700, (5 << 16 | 0x7FE) + 4, .text, .text), (1700, (2 << 16 | 4) + 4, .text, .text),
      (1184, -1, .timestamp(zone: "UTC"), .binary), (3802, -1, .text, .text),
      (1009, -1, .list(.text), .binary), (3807, -1, .list(.text), .binary),
      (1231, (4 << 16 | 1) + 4, .list(.decimal128(precision: 4, scale: 1)), .binary),
      (1231, -1, .text, .text), (1266, -1, .text, .text), (99_999, -1, .text, .text),
    ]
    let reader = PostgresColumnReader(oids.map { column($0.0, modifier: $0.1) })
    let (types, formats) = (reader.fields.map(\.type), reader.resultFormats)
    #expect(types == oids.map { $0.2 })
    #expect(formats == .columns(oids.map { $0.3 }))
  }

  @Test("dates and times count from Arrow's epoch, and what has no place there is refused")
  func times() throws {
    #expect(try value(1082, bytes(Int32(0))).values?.values(of: Int32.self) == [10_957])
    #expect(try value(1083, bytes(Int64(1))).values?.values(of: Int64.self) == [1])
    let epoch = try value(1184, bytes(Int64(-946_684_800_000_000)))
    #expect(epoch.values?.values(of: Int64.self) == [0])
    for infinity in [Int32.min, Int32.max] {
      #expect(failure(1082, bytes(infinity)) == unsupported)
    }
    for time in [Int64.min, .max, .max - 946_684_799_999_999] {
      #expect(failure(1114, bytes(time)) == unsupported)
    }
    for time in [Int64(86_400_000_000), -1] { #expect(failure(1083, bytes(time)) == unsupported) }
  }

  @Test("intervals keep months, days and time apart")
  func intervals() throws {
    let cell = bytes(Int64(-5)) + bytes(Int32(3)) + bytes(Int32(-14))
    let words = try value(1186, cell).values
    #expect(words?.values(of: Int32.self).prefix(2) == [-14, 3])
    #expect(words?.values(of: Int64.self).last == -5_000)
    let long = bytes(Int64.max) + bytes(Int32.max) + bytes(Int32.max)
    #expect(failure(1186, long) == unsupported)
  }

  @Test(
    "decimals are exact or refused",
    arguments: [
      // digits, weight, sign, scale; then the coefficient at two places
      ([1, 2345, 6700], 1, 0, 2, 1_234_567), ([5], 0, 0x4000, 0, -500), ([], 0, 0, 2, 0),
      ([100], -1, 0, 2, 1), ([9999, 9999, 9900], 1, 0, 2, 9_999_999_999),
      ([1], 4, 0, 0, nil), ([10], -1, 0, 3, nil), ([1], 0, 0xC000, 0, nil),
      ([1, 0], 1, 0, 0, 1_000_000),
    ] as [([Int], Int, Int, Int, Int128?)]
  )
  func decimals(digits: [Int], weight: Int, sign: Int, scale: Int, expected: Int128?) throws {
    let head = Server.int16(digits.count) + Server.int16(weight)
    let cell = head + Server.int16(sign) + Server.int16(scale) + digits.flatMap { Server.int16($0) }
    let modifier = Int32(10 << 16 | 2) + 4
    if let expected {
      let found = try value(1700, cell, modifier: modifier)
      #expect(found.values?.values(of: Int128.self) == [expected])
    } else {
      #expect(failure(1700, cell, modifier: modifier) == unsupported)
    }
  }

  @Test("arrays of one dimension are lists")
  func arrays() throws {
    let head = Server.int32(1) + Server.int32(1) + Server.int32(23)
    let cell = head + Server.int32(2) + Server.int32(1) + Server.int32(4) + bytes(Int32(7))
    let list = try value(1007, cell + Server.int32(-1))
    #expect(list.offsets?.values(of: Int32.self) == [0, 2])
    #expect(list.elements?.values?.values(of: Int32.self) == [7, 0])
    #expect(list.elements?.nullCount == 1)
    let empty = Server.int32(0) + Server.int32(0) + Server.int32(23)
    #expect(try value(1007, empty).offsets?.values(of: Int32.self) == [0, 0])
    #expect(failure(1007, Server.int32(2) + head.dropFirst(4) + cell.dropFirst(12)) == unsupported)
    // Cut anywhere, or followed by anything, it is none.
    let whole = cell + Server.int32(-1)
    for count in 0..<whole.count {
      #expect(failure(1007, Array(whole.prefix(count))) == malformed, "\(count) bytes")
    }
    #expect(failure(1007, whole + [0]) == malformed)
    #expect(failure(1016, whole) == malformed)
  }

  @Test("values of another width than their type's are malformed")
  func widths() {
    for oid in [16, 20, 21, 23, 26, 700, 701, 1082, 1083, 1114, 1184, 1186, 2950] as [UInt32] {
      for count in [0, 3, 5, 9, 15, 17] {
        #expect(failure(oid, Array(repeating: 0, count: count)) == malformed, "\(oid), \(count)")
      }
    }
    #expect(failure(16, [2]) == malformed)
    #expect(failure(1700, [0, 1], modifier: 0xA_0006) == malformed)
    #expect(failure(25, [0xFF]) == malformed)
  }

  private static let columns = [column(23), column(25), column(1007), column(16)]
  private static let lists: [UInt8] = [
    [UInt8]([0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 23]), [0, 0, 0, 1, 0, 0, 0, 1],
    [0, 0, 0, 4, 0, 0, 0, 6],
  ].flatMap { $0 }
  private static let rows: [[[UInt8]?]] = (0..<5).map { (index: Int) -> [[UInt8]?] in
    [
      index == 1 ? nil : bytes(Int32(index)), index == 2 ? nil : Array("é\(index)".utf8),
      index == 3 ? nil : lists, index == 4 ? nil : [UInt8(index % 2)],
    ]
  }

  /// Everything that a batch holds, to be compared.
  private static func contents(_ batch: ColumnBatch) -> [[Int?]] {
    batch.columns.map { column in
      var numbers: [Int] = column.values?.array.map { Int($0) } ?? []
      numbers += column.offsets?.values(of: Int32.self).map { Int($0) } ?? []
      numbers += column.elements?.values?.array.map { Int($0) } ?? []
      let validity: [Int?] = (0..<column.count).map { column.isNull($0) ? nil : 1 }
      return numbers.map { Optional($0) } + validity
    }
  }

  @Test("rows give the same columns however they arrive")
  func everyCut() throws {
    let rows = Self.rows.flatMap { row($0) }
    let stream = Server.bindComplete + rows + Server.complete("SELECT 5") + Server.ready()
    let whole = try Self.read([stream[...]])
    let expected = Self.contents(whole)
    #expect(expected[0].suffix(5) == [1, nil, 1, 1, 1])
    try everySplit(of: stream) { first, second in
      let batch = try Self.read([first, second])
      #expect(Self.contents(batch) == expected)
    }
    let drip = stream.indices.map { stream[$0...$0] }
    let batch = try Self.read(drip)
    #expect(Self.contents(batch) == expected)
  }

  /// Lets a machine find the rows in portions of a stream.
  private static func read(_ portions: [ArraySlice<UInt8>]) throws -> ColumnBatch {
    let bench = Bench.connected()
    try bench.warm("select a")
    try bench.execute("select a")
    var reader = PostgresColumnReader(columns)
    for portion in portions {
      bench.input.append(portion.span)
      while true {
        let event = bench.machine.next(&bench.input, into: &bench.output)
        if event == .waiting { break }
        if case .rows(let run) = event { try append(run, bench.input, to: &reader) }
      }
    }
    return try reader.finishBatch()
  }

  private static func append(
    _ run: RowRun,
    _ input: borrowing PostgresInput,
    to reader: inout PostgresColumnReader
  ) throws {
    let used = try reader.append(run, from: 0, in: input.unread)
    #expect(used == run.byteCount)
  }

  @Test("a batch ends where it is full, and the next one goes on there")
  func batches() throws {
    let stream = (0..<1000).flatMap { row([bytes(Int32($0))]) }
    var reader = PostgresColumnReader([column(23)])
    var (offset, found) = (0, [Int32]())
    while offset < stream.count {
      offset = try reader.append(run(stream, 1000), from: offset, in: stream.span, atMost: 300)
      let batch = try reader.finishBatch()
      #expect(batch.rowCount == (found.count < 900 ? 300 : 100))
      found += batch.columns[0].values?.values(of: Int32.self) ?? []
    }
    #expect(found == (0..<1000).map { Int32($0) })
    offset = try reader.append(run(stream, 1000), from: 0, in: stream.span, mostBytes: 1)
    let count = reader.rowCount
    #expect(count > 0 && count < 1000)
  }

  @Test("a bad row is named by its number in the whole result")
  func rowNumbers() throws {
    let good = (0..<700).flatMap { _ in row([bytes(Int32(1))]) }
    let stream = good + row([[1]])
    var reader = PostgresColumnReader([column(23)])
    _ = try reader.append(run(good, 700), from: 0, in: good.span)
    _ = try reader.finishBatch()
    var found: PostgresColumnError?
    do throws(PostgresColumnError) {
      _ = try reader.append(run(stream, 701), from: 0, in: stream.span)
    } catch { found = error }
    #expect(found == .malformedValue(row: 1400, column: 0))
  }

  @Test("rows that are cut, or have other columns, are errors and nothing else")
  func malformedRows() {
    let whole = row([bytes(Int32(1)), Array("é".utf8)])
    func outcome(_ stream: [UInt8]) -> PostgresColumnError? {
      var reader = PostgresColumnReader([column(23), column(25)])
      do throws(PostgresColumnError) {
        _ = try reader.append(run(stream), from: 0, in: stream.span)
        return nil
      } catch { return error }
    }
    #expect(outcome(whole) == nil)
    for count in 1..<whole.count {
      #expect(outcome(Array(whole.prefix(count))) != nil, "\(count) bytes")
    }
    #expect(outcome(row([bytes(Int32(1))])) == .wire(.malformed(offset: 7)))
    #expect(outcome(row([nil, nil, nil])) == .wire(.malformed(offset: 7)))
    // Every byte in turn is every other byte: an error or a value, never a trap.
    for place in whole.indices {
      for byte in UInt8.min ... .max {
        var changed = whole
        changed[place] = byte
        _ = outcome(changed)
      }
    }
  }
}
