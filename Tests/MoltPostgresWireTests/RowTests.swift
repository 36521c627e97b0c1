import MoltPostgresWire
import MoltTestKit
import Testing

@Suite("Runs of rows")
struct RowTests {
  static let conversation =
    Server.bindComplete + Server.row(["1", nil]) + Server.row(["", "äöü"])
    + Server.notice("between") + Server.row([nil, "x"]) + Server.notification("c", "")
    + Server.row([]) + Server.complete("SELECT 4") + Server.ready()

  static func warmed() throws -> (Bench, PostgresOperation) {
    let bench = Bench.connected()
    try bench.warm("select a")
    return (bench, try bench.execute("select a"))
  }

  @Test("the same rows come however the bytes arrive, with anything between them")
  func everyCut() throws {
    let (whole, operation) = try Self.warmed()
    let expected = whole.receive(Self.conversation)
    #expect(
      expected.filter { if case .row = $0 { true } else { false } } == [
        .row(operation, ["1", nil]), .row(operation, ["", "äöü"]), .row(operation, [nil, "x"]),
        .row(operation, []),
      ]
    )
    #expect(expected.count == 9)
    try everySplit(of: Self.conversation) { first, second in
      let (bench, _) = try Self.warmed()
      #expect(bench.receive(first) + bench.receive(second) == expected)
    }
    let (bench, _) = try Self.warmed()
    #expect(Self.conversation.flatMap { bench.receive([$0]) } == expected)
  }

  @Test("consecutive complete rows are one event")
  func oneEvent() throws {
    let (bench, operation) = try Self.warmed()
    let rows = (0..<1000).flatMap { Server.row(["\($0)"]) }
    let bytes = Server.bindComplete + rows + rows.prefix(9)
    bench.input.append(bytes.span)
    _ = bench.machine.next(&bench.input, into: &bench.output)
    let event = bench.machine.next(&bench.input, into: &bench.output)
    #expect(event == .rows(RowRun(operation: operation, rowCount: 1000, byteCount: rows.count)))
    let rest = bench.machine.next(&bench.input, into: &bench.output)
    #expect(rest == .waiting)
    let left = bench.input.count
    #expect(left == 9)
  }

  @Test("values that nobody reads are skipped")
  func skipping() throws {
    let bytes = Server.row(["1", "2"]) + Server.row(["3", "4"])
    let run = RowRun(operation: PostgresOperation(1), rowCount: 2, byteCount: bytes.count)
    var rows = DataRowReader(run, in: bytes.span)
    var firsts: [Range<Int>?] = []
    while try rows.nextRow() { firsts.append(try rows.nextColumn()) }
    #expect(firsts == [11..<12, 28..<29])
  }

  @Test(
    "a row whose columns do not fill its message is an error",
    arguments: [
      ([0, 1], PostgresWireError.truncated(offset: 107)),
      ([0, 1, 0, 0, 0, 2, 7], .truncated(offset: 107)),
      ([0, 1, 0x7F, 0xFF, 0xFF, 0xFF], .truncated(offset: 107)),
      ([0, 1, 0xFF, 0xFF, 0xFF, 0xFE], .malformed(offset: 107)),
      ([0, 1, 0x80, 0, 0, 0], .malformed(offset: 107)),
      ([0, 1, 0, 0, 0, 0, 7], .trailingBytes(offset: 111)),
      ([0, 0, 7], .trailingBytes(offset: 107)),
      ([0xFF, 0xFF], .malformed(offset: 105)),
    ] as [([UInt8], PostgresWireError)]
  )
  func malformed(body: [UInt8], error: PostgresWireError) {
    let bytes = Server.message("D", body)
    let run = RowRun(operation: PostgresOperation(1), rowCount: 1, byteCount: bytes.count)
    #expect(throws: error) {
      var rows = DataRowReader(run, in: bytes.span, streamOffset: 100)
      while try rows.nextRow() { while rows.columnsLeft > 0 { _ = try rows.nextColumn() } }
    }
    #expect(throws: error) {
      var rows = DataRowReader(run, in: bytes.span, streamOffset: 100)
      while try rows.nextRow() {}
    }
  }

  @Test("bytes that are no run of rows are an error", arguments: 0..<24)
  func noRun(byteCount: Int) {
    let bytes: [UInt8] = Array((Server.row(["1"]) + Server.row(["22"])).prefix(byteCount))
    let run = RowRun(operation: PostgresOperation(1), rowCount: 1, byteCount: byteCount)
    var rowCount = 0
    var isComplete = false
    do throws(PostgresWireError) {
      var rows = DataRowReader(run, in: bytes.span)
      while try rows.nextRow() { rowCount += 1 }
      isComplete = true
    } catch {
      #expect(error.offset <= byteCount)
    }
    #expect(isComplete == (byteCount == 0 || byteCount == 12))
  }

  @Test("a column asked for too many is an error")
  func tooMany() throws {
    let bytes = Server.row(["1"])
    let run = RowRun(operation: PostgresOperation(1), rowCount: 1, byteCount: bytes.count)
    var rows = DataRowReader(run, in: bytes.span)
    let isThere = try rows.nextRow()
    _ = try rows.nextColumn()
    var error: PostgresWireError?
    do throws(PostgresWireError) { _ = try rows.nextColumn() } catch let thrown { error = thrown }
    #expect(isThere && error == .truncated(offset: 12))
  }
}
