import MoltPostgresWire
import MoltTestKit
import Testing

@Suite("COPY and simple queries")
struct CopyTests {
  static let response = CopyResponse(format: .text, columnFormats: [.text])

  static func copying() throws -> (Bench, PostgresOperation) {
    let bench = Bench.connected()
    let operation = try bench.query("copy t from stdin")
    #expect(bench.sentTypes() == "Q")
    let told = bench.receive(Server.copy("G", format: 0, columns: 1))
    #expect(told == [.event(.copyIn(operation, response))])
    return (bench, operation)
  }

  @Test("data goes in, and the command completes")
  func copyIn() throws {
    let (bench, operation) = try Self.copying()
    let data = Array("1\n".utf8)
    try bench.machine.copyData(data.span, into: &bench.output)
    try bench.machine.copyData(Span(), into: &bench.output)
    try bench.machine.copyDone(into: &bench.output)
    #expect(
      bench.sent() == Server.copyData("1\n") + Server.copyData("") + Server.copyDone
    )
    let told = bench.receive(Server.complete("COPY 1") + Server.ready())
    #expect(
      told == [
        .event(.completed(operation, CommandComplete(tag: "COPY 1"))), .event(.ready(.idle)),
      ]
    )
  }

  @Test("a failed copy is an error of its operation")
  func copyFail() throws {
    let (bench, operation) = try Self.copying()
    #expect(throws: PostgresRefusal.zeroByte) {
      try bench.machine.copyFail("\0", into: &bench.output)
    }
    try bench.machine.copyFail("no more", into: &bench.output)
    #expect(bench.sent() == Server.message("f", Server.text("no more")))
    let told = bench.receive(Server.error("57014") + Server.ready())
    #expect(
      told == [
        .event(.failed(operation, .server(serverError("57014")))), .event(.ready(.idle)),
      ]
    )
  }

  @Test("an error of the server ends the copy, and later data is refused")
  func errorWhileCopying() throws {
    let (bench, operation) = try Self.copying()
    #expect(throws: PostgresRefusal.copying) { try bench.execute("select 1") }
    #expect(throws: PostgresRefusal.copying) { try bench.sync() }
    let told = bench.receive(Server.error("22P02"))
    #expect(told == [.event(.failed(operation, .server(serverError("22P02"))))])
    #expect(throws: PostgresRefusal.notCopying) {
      try bench.machine.copyData([1].span, into: &bench.output)
    }
    #expect(throws: PostgresRefusal.notCopying) { try bench.machine.copyDone(into: &bench.output) }
    #expect(throws: PostgresRefusal.notCopying) {
      try bench.machine.copyFail("x", into: &bench.output)
    }
    #expect(bench.receive(Server.ready()) == [.event(.ready(.idle))])
  }

  @Test("data comes out, however its bytes arrive", arguments: [true, false])
  func copyOut(isSimple: Bool) throws {
    let data = Server.copyData("1\n") + Server.notice("x") + Server.copyData("") + Server.copyDone
    let head = isSimple ? [] : Server.described([])
    let bytes =
      head + Server.copy("H", format: 0, columns: 1) + data + Server.complete("COPY 1")
      + Server.ready()
    func begun() throws -> (Bench, PostgresOperation) {
      let bench = Bench.connected()
      let sql = "copy t to stdout"
      return (bench, isSimple ? try bench.query(sql) : try bench.execute(sql))
    }
    let (whole, operation) = try begun()
    let expected = whole.receive(bytes)
    #expect(
      expected.suffix(3) == [
        .event(.copyDone(operation)),
        .event(.completed(operation, CommandComplete(tag: "COPY 1"))), .event(.ready(.idle)),
      ]
    )
    #expect(expected.contains(.data(operation, "1\n")))
    #expect(expected.contains(.event(.copyOut(operation, Self.response))))
    try everySplit(of: bytes) { first, second in
      let (bench, _) = try begun()
      #expect(bench.receive(first) + bench.receive(second) == expected)
    }
  }

  @Test("COPY FROM STDIN as an execution is turned down, and the connection goes on")
  func extended() throws {
    let bench = Bench.connected()
    let operation = try bench.execute("copy t from stdin")
    _ = bench.sent()
    let told = bench.receive(Server.described([]) + Server.copy("G", format: 0, columns: 1))
    #expect(told.count == 1)
    #expect(bench.sentTypes() == "fS")
    #expect(
      bench.receive(Server.error("57014") + Server.ready()) == [
        .event(.failed(operation, .copyNeedsSimpleQuery)), .event(.ready(.idle)),
      ]
    )
    try bench.execute("select 1")
    #expect(bench.sentTypes() == "PDBES")
  }

  @Test(
    "a copy that swallowed what was sent behind it ends the connection",
    arguments: [true, false]
  )
  func swallowed(isSimple: Bool) throws {
    let bench = Bench.connected()
    let first =
      isSimple ? try bench.query("copy t from stdin") : try bench.execute("copy t from stdin")
    let second = try bench.execute("select 1")
    let head = isSimple ? [] : Server.described([])
    let told = bench.receive(head + Server.copy("G", format: 0, columns: 1))
    guard case .event(.closed(let closure)) = told.last, case .wire(.unexpected) = closure else {
      Issue.record("\(told)")
      return
    }
    #expect(
      told.suffix(3) == [
        .event(.failed(first, .closed(closure))), .event(.failed(second, .closed(closure))),
        .event(.closed(closure)),
      ]
    )
  }

  @Test("a simple query has a result for each of its commands")
  func severalCommands() throws {
    let bench = Bench.connected()
    let operation = try bench.query("select a; ; begin; select a")
    let columns = Server.columns([("a", 23)])
    let bytes =
      columns + Server.row(["1"]) + Server.complete("SELECT 1") + Server.empty
      + Server.complete("BEGIN") + columns + Server.complete("SELECT 0") + Server.ready("T")
    let told = bench.receive(bytes)
    let column = PostgresColumn(name: "a", typeOID: 23, typeByteCount: 4, format: .text)
    func completed(_ tag: String) -> Told {
      .event(.completed(operation, CommandComplete(tag: tag)))
    }
    #expect(
      told == [
        .event(.columns(operation, [column])), .row(operation, ["1"]), completed("SELECT 1"),
        completed(""), completed("BEGIN"), .event(.columns(operation, [column])),
        completed("SELECT 0"), .event(.ready(.inTransaction)),
      ]
    )
  }

  @Test("a simple query ends the open batch first")
  func endsBatch() throws {
    let bench = Bench.connected()
    try bench.warm("select a")
    try bench.execute("select a", syncs: false)
    try bench.query("select 1")
    #expect(bench.sentTypes() == "BESQ")
  }

  @Test("a notification is heard between anything, also while nothing runs")
  func notifications() throws {
    let bench = Bench.connected()
    let note = NotificationResponse(processID: 9, channel: "c", payload: "p")
    let bytes = Server.notification("c", "p")
    #expect(bench.receive(bytes) == [.event(.notification(note))])
    try bench.warm("select a")
    let operation = try bench.execute("select a")
    let told = bench.receive(
      bytes + Server.bindComplete + bytes + Server.row(["1"]) + bytes + Server.complete("SELECT 1")
        + bytes + Server.ready() + bytes
    )
    #expect(told.filter { $0 == .event(.notification(note)) }.count == 5)
    #expect(told.filter { $0 != .event(.notification(note)) } == answer(operation, rows: [["1"]]))
  }

  @Test("a setting that changes is told and kept")
  func parameterStatus() {
    let bench = Bench.connected()
    let status = ParameterStatus(name: "TimeZone", value: "UTC")
    #expect(bench.receive(Server.parameter("TimeZone", "UTC")) == [.event(.parameter(status))])
    let value = bench.machine.parameter("TimeZone")
    #expect(value == "UTC")
  }
}
