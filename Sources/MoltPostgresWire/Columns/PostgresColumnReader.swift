public import MoltColumns

/// Makes column batches of a result's rows.
///
/// Rows are taken in blocks. One pass finds where the cells of a block lie; then each column has a
/// loop of its own over one type:
///
///     var reader = PostgresColumnReader(description.columns, rowCount: 65_536)
///     // … execute with reader.resultFormats; for each .rows(let run):
///     let used = try reader.append(run, from: 0, in: input.unread, atMost: 65_536)
///     let batch = try reader.finishBatch()
///
/// | PostgreSQL | Arrow |
/// |---|---|
/// | `boolean` | boolean |
/// | `smallint`, `integer`, `bigint`, `oid` | int16, int32, int64, uint32 |
/// | `real`, `double precision` | float32, float64 |
/// | `numeric(p, s)`, p up to 38 and s up to p | decimal128(p, s) |
/// | `date`, `time` | date32, time64[us] |
/// | `timestamp`, `timestamptz` | timestamp[us], timestamp[us, UTC] |
/// | `interval` | month_day_nano_interval |
/// | `uuid`, `bytea` | fixed_size_binary(16) as `arrow.uuid`, binary |
/// | arrays of those, of texts and of documents | list |
/// | everything else | utf8: the text that PostgreSQL writes |
///
/// What a type of Arrow's does not have is an error, never another value.
public struct PostgresColumnReader: ~Copyable {
  /// The columns.
  public let fields: [ColumnField]
  /// In which formats the execution has to ask for the columns.
  public let resultFormats: PostgresResultFormats
  private let columns: [ResultColumn]
  private var index: RowIndex
  /// How many rows the batch has.
  public private(set) var rowCount = 0
  /// How many rows the batches before have.
  public private(set) var rowCountBefore: UInt64 = 0

  /// Creates a reader.
  ///
  /// - Parameters:
  ///   - columns: The statement's columns, from its description.
  ///   - rowCount: For how many rows of a batch to ask for memory at first.
  public init(_ columns: [PostgresColumn], rowCount: Int = 0) {
    let layouts = columns.map { ColumnLayout($0) }
    fields = zip(columns, layouts).map { ColumnField(name: $0.name, type: $1.type) }
    resultFormats = Self.formats(layouts.map(\.format))
    self.columns = layouts.map { ResultColumn($0, rowCount: rowCount) }
    index = RowIndex(columnCount: columns.count)
  }

  private static func formats(_ formats: [PostgresFormat]) -> PostgresResultFormats {
    if formats.allSatisfy({ $0 == .binary }) { return .binary }
    return formats.allSatisfy { $0 == .text } ? .text : .columns(formats)
  }

  /// About how many bytes the batch's values take.
  ///
  /// - Complexity: O(columns)
  public var byteCount: Int { columns.reduce(0) { $0 + $1.byteCount } }

  /// Takes rows of a run into the batch.
  ///
  /// - Parameters:
  ///   - run: The run.
  ///   - offset: How many of its bytes are used already.
  ///   - unread: The input's unread bytes.
  ///   - streamOffset: The input's stream offset, for errors.
  ///   - most: The most rows.
  ///   - mostBytes: After how many bytes of values to take no more.
  /// - Returns: How many of the run's bytes are used now; they end where a row ends.
  /// - Throws: ``PostgresColumnError``; the reader must not be used again.
  /// - Complexity: O(bytes of the rows taken)
  public mutating func append(
    _ run: RowRun,
    from offset: Int,
    in unread: Span<UInt8>,
    streamOffset: Int = 0,
    atMost most: Int = .max,
    mostBytes: Int = .max
  ) throws(PostgresColumnError) -> Int {
    let bytes = unread.extracting(offset..<run.byteCount)
    let rest = RowRun(operation: run.operation, rowCount: run.rowCount, byteCount: bytes.count)
    var rows = DataRowReader(rest, in: bytes, streamOffset: streamOffset + offset)
    var left = most
    while left > 0 {
      let start = rows.rowEndOffset
      do throws(PostgresWireError) {
        try index.fill(from: &rows, start: start, atMost: left)
      } catch {
        throw .wire(error)
      }
      guard index.rowCount > 0 else { break }
      try append(block: bytes.extracting(start..<rows.rowEndOffset))
      left -= index.rowCount
      if mostBytes < .max, byteCount >= mostBytes { break }
    }
    return offset + rows.rowEndOffset
  }

  private mutating func append(block bytes: Span<UInt8>) throws(PostgresColumnError) {
    for column in columns.indices {
      do throws(ColumnFault) {
        try columns[column].append(index.cells(of: column), in: bytes)
      } catch {
        throw describe(error, column)
      }
    }
    rowCount += index.rowCount
  }

  private func describe(_ fault: ColumnFault, _ column: Int) -> PostgresColumnError {
    let before = rowCountBefore + UInt64(rowCount)
    return switch fault {
    case .malformed(let cell): .malformedValue(row: before + UInt64(cell), column: column)
    case .unsupported(let cell): .unsupportedValue(row: before + UInt64(cell), column: column)
    case .tooLarge: .tooLarge(column: column)
    }
  }

  /// Ends the batch; the next row begins another one.
  ///
  /// - Throws: ``PostgresColumnError/malformedValue(row:column:)`` when a text is not UTF-8; the
  ///   reader must not be used again.
  /// - Complexity: O(columns + bytes of texts)
  public mutating func finishBatch() throws(PostgresColumnError) -> ColumnBatch {
    var finished: [ColumnArray] = []
    finished.reserveCapacity(columns.count)
    for column in columns.indices {
      do throws(ColumnError) { finished.append(try columns[column].finish()) } catch {
        switch error {
        case .tooLarge: throw .tooLarge(column: column)
        case .invalidText(let row):
          // Of a list's elements, the row is not known.
          let row = fields[column].type == .text ? row : 0
          throw .malformedValue(row: rowCountBefore + UInt64(row), column: column)
        }
      }
    }
    let batch = ColumnBatch(rowCount: rowCount, columns: finished)
    rowCountBefore += UInt64(rowCount)
    rowCount = 0
    return batch
  }
}
