import MoltPostgresWire
import MoltRows
import MoltScalars
import Testing

@Suite("PostgreSQL's columns against a shape")
struct PostgresColumnsTests {
  static let decimal = ColumnFormat.decimal(DecimalFormat(), keepsIntegers: false)
  static let utc = ColumnFormat.dateTime(.django, isUTC: true)
  static let naive = ColumnFormat.dateTime(.django, isUTC: false)

  @Test(
    "fit where Django writes the type as the shape says",
    arguments: [
      (23, .asStored), (16, .boolean), (1700, decimal), (1700, .floatCast), (23, .floatCast),
      (701, .integerCast), (16, .integerCast), (1043, .textCast), (16_385, .textCast),
      (869, .asStored), (1082, .date), (1114, .dateCast), (1184, .timeCast(.iso)),
      (1083, .time(.django)), (1184, utc), (1114, naive), (1114, .dateTimeCast(.iso)),
      (1184, .localDateTime(.iso, .aware)), (1184, .localDateTime(.django, .naive)),
      (1114, .localDateTime(.django, .naive)), (1114, .localDateTime(.iso, .cast)),
      (1186, .duration(.iso)), (2950, .uuid), (3802, .json(isPath: true)),
      (25, .json(isPath: false)), (114, .asStored), (17, .binary), (1007, .asStored),
      (1007, .list(.asStored, depth: 1)), (1231, .list(.decimal(DecimalFormat()), depth: 2)),
      (3807, .list(.json, depth: 1)), (790, .asStored),
    ] as [(UInt32, ColumnFormat)]
  )
  func fitting(oid: UInt32, format: ColumnFormat) throws {
    #expect(try columns(oid, format).decoders.count == 1)
  }

  @Test(
    "are refused where Django would write something else",
    arguments: [
      (3904, .asStored), (4451, .asStored), (2249, .asStored), (1266, .asStored),
      (1041, .asStored), (3905, .asStored), (23, .boolean), (23, decimal), (701, decimal),
      (25, .integerCast), (23, .textCast), (2950, .textCast), (1114, utc), (1184, naive),
      (1114, .localDateTime(.iso, .aware)), (1184, .localDateTime(.iso, .cast)),
      (1082, .localDateTime(.iso, .naive)), (1082, .timeCast(.iso)), (1082, utc),
      (20, .duration(.iso)),
      (25, .uuid), (114, .json(isPath: false)), (23, .list(.asStored, depth: 1)),
      (1007, .list(.boolean, depth: 1)), (1266, .time(.iso)), (869, .uuid), (1007, .integerCast),
      (199, .list(.json, depth: 1)), (16_385, .list(.asStored, depth: 1)),
    ] as [(UInt32, ColumnFormat)]
  )
  func refused(oid: UInt32, format: ColumnFormat) {
    #expect(throws: PostgresValueError.unsupportedColumn(column: 0, oid: oid)) {
      try columns(oid, format)
    }
  }

  @Test("inside nests are checked too, the column of null_when is not")
  func nests() {
    let leaf = Field.leaf(name: "a", column: 1, format: .boolean)
    let shape = Shape(
      style: .django,
      layout: .objects,
      fields: [.nest(name: "n", nullWhen: 0, fields: [leaf])]
    )
    #expect(throws: PostgresValueError.unsupportedColumn(column: 1, oid: 23)) {
      try PostgresColumns([3904, 23], for: shape)
    }
    #expect(throws: PostgresValueError.tooFewColumns(expected: 2, found: 1)) {
      try PostgresColumns([16], for: shape)
    }
    #expect(throws: Never.self) { try PostgresColumns([3904, 16], for: shape) }
  }

  @Test("are asked for in binary where the layout is known, otherwise as text")
  func formats() throws {
    let shape = Shape(
      style: .django,
      layout: .flat,
      fields: [.leaf(name: "a", column: 0, format: .asStored)]
    )
    let columns = try PostgresColumns([20, 790, 1007, 3904, 99_999, 3802], for: shape)
    #expect(columns.resultFormats == [1, 0, 1, 0, 0, 1])
  }

  @Test("of which the driver makes objects are refused, whatever the format")
  func objects() throws {
    var shape = Shape(
      style: .django,
      layout: .objects,
      fields: [.leaf(name: "a", column: 0, format: .asStored)]
    )
    shape.objectTypes = [16_400, 16_385]
    #expect(throws: PostgresValueError.unsupportedColumn(column: 0, oid: 16_385)) {
      try PostgresColumns([16_385], for: shape)
    }
    #expect(try PostgresColumns([16_386], for: shape).decoders.count == 1)
  }

  @Test("are named in the errors")
  func messages() {
    #expect(
      PostgresValueError.unsupportedColumn(column: 3, oid: 3904).message
        == "column 3 is of type int4range, which the shape's type for it does not expect"
    )
    #expect(
      PostgresValueError.malformedValue(column: 0, oid: 99_999).message
        == "column 0 holds bytes that are no type 99999"
    )
  }

  private func columns(_ oid: UInt32, _ format: ColumnFormat) throws -> PostgresColumns {
    try PostgresColumns(
      [oid],
      for: Shape(
        style: .django,
        layout: .objects,
        fields: [.leaf(name: "a", column: 0, format: format)]
      )
    )
  }
}
