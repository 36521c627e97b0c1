import MoltPostgresWire
import Testing

@Suite("Executions and prepared statements")
struct StatementTests {
  static let firstTime = Server.described([("a", 23)])
  static let changed = Server.error(
    "0A000",
    "cached plan must not change result type",
    routine: "RevalidateCachedQuery"
  )

  @Test("parses and describes the first time, and only binds and executes the second time")
  func secondTime() throws {
    let bench = Bench.connected()
    let first = try bench.execute("select a")
    #expect(bench.sentTypes() == "PDBES")
    let rows = Server.row(["1"]) + Server.row([nil])
    let told = bench.receive(Self.firstTime + rows + Server.complete("SELECT 2") + Server.ready())
    #expect(told == answer(first, rows: [["1"], [nil]]))
    let second = try bench.execute("select a")
    #expect(bench.sentTypes() == "BES")
    let again = Server.bindComplete + Server.row(["7"]) + Server.complete("SELECT 1")
    #expect(bench.receive(again + Server.ready()) == answer(second, rows: [["7"]]))
    let isIdle = bench.machine.isIdle
    #expect(isIdle)
  }

  @Test("a statement of the same text and other parameter types is another statement")
  func types() throws {
    let bench = Bench.connected()
    for type: UInt32 in [23, 20, 23] {
      bench.parameters.removeAll()
      bench.parameters.append(text: "1", type: type)
      _ = try bench.machine.execute(
        PostgresStatement("select $1"),
        bench.parameters,
        into: &bench.output
      )
      try bench.sync()
      let types = bench.sentTypes()
      guard types == "PDBES" else {
        #expect(type == 23 && types == "BES")
        continue
      }
      let told = bench.receive(
        Server.described([("a", 23)], parameters: [Int(type)]) + Server.complete("SELECT 0")
          + Server.ready()
      )
      #expect(told.count == 3)
    }
    let count = bench.machine.statementCount
    #expect(count == 2)
  }

  @Test("texts that are equal only to Swift's strings are different statements")
  func canonicalEquivalence() throws {
    let bench = Bench.connected()
    try bench.warm("select '\u{E9}'")
    try bench.execute("select 'e\u{301}'")
    #expect(bench.sentTypes() == "PDBES")
  }

  @Test("the least recently used statement goes first, and is closed at the next batch's start")
  func eviction() throws {
    let bench = Bench.connected { $0.statements = .cached(capacity: 2) }
    try bench.warm("select 1")
    try bench.warm("select 2")
    try bench.execute("select 1")
    _ = bench.receive(Server.bindComplete + Server.complete("SELECT 0") + Server.ready())
    _ = bench.sent()
    try bench.warm("select 3")
    let operation = try bench.execute("select 1")
    let sent = bench.sent()
    #expect(Bench.types(sent) == "CBES")
    // The closed one is the second that was ever named.
    #expect(String(decoding: sent[6..<31], as: UTF8.self) == "molt_0102030405060708_2\0B")
    let told = bench.receive(
      Server.closeComplete + Server.bindComplete + Server.complete("SELECT 0") + Server.ready()
    )
    #expect(told == answer(operation, rows: []))
    try bench.execute("select 2")
    #expect(bench.sentTypes() == "PDBES")
  }

  @Test("without named statements every execution parses")
  func unnamed() throws {
    let bench = Bench.connected { $0.statements = .unnamed }
    for _ in 0..<2 {
      let operation = try bench.execute("select a")
      let sent = bench.sent()
      #expect(Bench.types(sent) == "PDBES" && sent[5] == 0)
      let told = bench.receive(Self.firstTime + Server.complete("SELECT 0") + Server.ready())
      #expect(told == answer(operation, rows: []))
    }
  }

  @Test("a later batch does not rely on a statement that is still being parsed")
  func unconfirmed() throws {
    let bench = Bench.connected()
    let first = try bench.execute("select a", syncs: false)
    let second = try bench.execute("select a")
    #expect(bench.sentTypes() == "PDBEBES")
    let third = try bench.execute("select a")
    let sent = bench.sent()
    #expect(Bench.types(sent) == "PDBES" && sent[5] == 0)
    let told = bench.receive(
      Server.error("25P02") + Server.ready("E") + Self.firstTime + Server.complete("SELECT 0")
        + Server.ready()
    )
    #expect(
      told == [
        .event(.failed(first, .server(serverError("25P02")))),
        .event(.failed(second, .skipped(after: first))), .event(.ready(.failed)),
      ] + answer(third, rows: [])
    )
    let count = bench.machine.statementCount
    #expect(count == 0)
  }

  @Test(
    "a stale statement is forgotten, and its execution is sent again without being noticed",
    arguments: [
      (Self.changed, "CPDBES"), (Server.error("26000"), "PDBES"),
      (Server.error("0A000", "autre", routine: "RevalidateCachedQuery"), "CPDBES"),
    ]
  )
  func stale(error: [UInt8], resent: String) throws {
    let bench = Bench.connected()
    try bench.warm("select a")
    let operation = try bench.execute("select a")
    _ = bench.sent()
    #expect(bench.receive(error + Server.ready()) == [])
    #expect(bench.sentTypes() == resent)
    let close = resent.hasPrefix("C") ? Server.closeComplete : []
    let told = bench.receive(
      close + Self.firstTime + Server.row(["5"]) + Server.complete("SELECT 1") + Server.ready()
    )
    #expect(told == answer(operation, rows: [["5"]]))
    try bench.execute("select a")
    #expect(bench.sentTypes() == "BES")
  }

  @Test("what is sent again has the same parameters")
  func resentParameters() throws {
    let bench = Bench.connected()
    try bench.execute("select $1", ["first"])
    let described = Server.described([("a", 23)], parameters: [25])
    _ = bench.receive(described + Server.complete("SELECT 0") + Server.ready())
    _ = bench.sent()
    try bench.execute("select $1", ["second"])
    let before = bench.sent()
    _ = bench.receive(Server.error("26000") + Server.ready())
    let after = bench.sent()
    // Names have the same length here, so the whole Bind, Execute and Sync must differ in one
    // digit.
    let different = zip(after.suffix(before.count), before).filter { $0 != $1 }
    #expect(Bench.types(after) == "PDBES")
    #expect(different.count == 1)
  }

  @Test("a server that keeps forgetting statements gets no more names")
  func forgetful() throws {
    let bench = Bench.connected()
    for round in 1...3 {
      try bench.warm("select \(round)")
      let operation = try bench.execute("select \(round)")
      #expect(bench.sentTypes() == "BES")
      #expect(bench.receive(Server.error("26000") + Server.ready()) == [])
      let sent = bench.sent()
      #expect(Bench.types(sent) == "PDBES" && (sent[5] == 0) == (round == 3))
      let told = bench.receive(Self.firstTime + Server.complete("SELECT 0") + Server.ready())
      #expect(told == answer(operation, rows: []))
    }
    try bench.warm("select 4")
    try bench.execute("select 4")
    #expect(bench.sentTypes() == "PDBES")
  }

  @Test("a statement is sent again once only")
  func onceOnly() throws {
    let bench = Bench.connected()
    try bench.warm("select a")
    let operation = try bench.execute("select a")
    #expect(bench.receive(Self.changed + Server.ready()) == [])
    let told = bench.receive(Server.closeComplete + Self.changed + Server.ready())
    #expect(told.last == .event(.ready(.idle)))
    #expect(told.count == 2)
    guard case .event(.failed(operation, .server)) = told[0] else {
      Issue.record("\(told)")
      return
    }
  }

  @Test("inside a transaction a stale statement fails, and is forgotten")
  func staleInTransaction() throws {
    let bench = Bench.connected()
    try bench.warm("select a")
    try bench.query("begin")
    _ = bench.receive(Server.complete("BEGIN") + Server.ready("T"))
    _ = bench.sent()
    let operation = try bench.execute("select a")
    let told = bench.receive(Server.error("26000") + Server.ready("E"))
    #expect(
      told == [
        .event(.failed(operation, .server(serverError("26000")))), .event(.ready(.failed)),
      ]
    )
    _ = bench.sent()
    try bench.execute("select a")
    #expect(bench.sentTypes() == "PDBES")
  }

  @Test("a whole batch is sent again when its first statement was stale")
  func staleBatch() throws {
    let bench = Bench.connected()
    try bench.warm("select a")
    let first = try bench.execute("select a", syncs: false)
    let second = try bench.execute("select a", syncs: false)
    let third = try bench.execute("select b")
    #expect(bench.sentTypes() == "BEBEPDBES")
    #expect(bench.receive(Self.changed + Server.ready()) == [])
    #expect(bench.sentTypes() == "CPDBEBEPDBES")
    let one = Server.complete("SELECT 0")
    let told = bench.receive(
      Server.closeComplete + Self.firstTime + one + Server.bindComplete + one + Self.firstTime
        + one + Server.ready()
    )
    #expect(
      told == answer(first, rows: []).dropLast() + answer(second, rows: []).dropLast()
        + answer(third, rows: [])
    )
  }

  @Test("a batch that has done something before its stale statement fails")
  func staleLater() throws {
    let bench = Bench.connected()
    try bench.warm("select a")
    try bench.warm("select b")
    let first = try bench.execute("select a", syncs: false)
    let second = try bench.execute("select b")
    let told = bench.receive(
      Server.bindComplete + Server.complete("SELECT 0") + Self.changed + Server.ready()
    )
    #expect(told.prefix(2) == answer(first, rows: []).prefix(2))
    guard case .event(.failed(second, .server)) = told[2] else {
      Issue.record("\(told)")
      return
    }
  }

  @Test("later batches decide whether a stale one may be sent again", arguments: [false, true])
  func staleBeforeOthers(reorders: Bool) throws {
    let bench = Bench.connected { $0.reordersRetries = reorders }
    try bench.warm("select a")
    try bench.warm("select b")
    let first = try bench.execute("select a")
    let second = try bench.execute("select b")
    _ = bench.sent()
    let other = Server.bindComplete + Server.complete("SELECT 0") + Server.ready()
    let told = bench.receive(Server.error("26000") + Server.ready() + other)
    if reorders {
      #expect(told == answer(second, rows: []))
      #expect(bench.sentTypes() == "PDBES")
      let late = bench.receive(Self.firstTime + Server.complete("SELECT 0") + Server.ready())
      #expect(late == answer(first, rows: []))
    } else {
      #expect(
        told == [
          .event(.failed(first, .server(serverError("26000")))), .event(.ready(.idle)),
        ] + answer(second, rows: [])
      )
      #expect(bench.sentTypes() == "")
    }
  }

  @Test("an error names its operation, and the rest of its batch is skipped")
  func errorInPipeline() throws {
    let bench = Bench.connected()
    try bench.warm("select a")
    let first = try bench.execute("select a", syncs: false)
    let second = try bench.execute("select a", syncs: false)
    let third = try bench.execute("select a", syncs: false)
    let fourth = try bench.execute("select new")
    let fifth = try bench.execute("select a")
    let ok = Server.bindComplete + Server.complete("SELECT 0")
    let told = bench.receive(
      ok + Server.bindComplete + Server.row(["1"]) + Server.error("22012") + Server.ready() + ok
        + Server.ready()
    )
    #expect(
      told == answer(first, rows: []).dropLast() + answer(second, rows: [["1"]]).dropLast(2) + [
        .event(.failed(second, .server(serverError("22012")))),
        .event(.failed(third, .skipped(after: second))),
        .event(.failed(fourth, .skipped(after: second))), .event(.ready(.idle)),
      ] + answer(fifth, rows: [])
    )
    let count = bench.machine.statementCount
    #expect(count == 1, "the skipped statement was never parsed")
  }

  @Test("an error of the commit is told for the batch's last operation")
  func errorAtCommit() throws {
    let bench = Bench.connected()
    try bench.warm("select a")
    let operation = try bench.execute("select a")
    let told = bench.receive(
      Server.bindComplete + Server.complete("SELECT 0") + Server.error("23503") + Server.ready()
    )
    #expect(
      told == answer(operation, rows: []).dropLast() + [
        .event(.failed(operation, .server(serverError("23503")))), .event(.ready(.idle)),
      ]
    )
  }

  @Test("a statement that was parsed and not described is closed")
  func undescribed() throws {
    let bench = Bench.connected()
    try bench.execute("select a")
    _ = bench.receive(Server.parseComplete + Server.error("XX000") + Server.ready())
    _ = bench.sent()
    try bench.execute("select b")
    #expect(bench.sentTypes() == "CPDBES")
  }

  @Test("a cancellation that hits a close fails the operation behind it, and closes again")
  func errorAtClose() throws {
    let bench = Bench.connected { $0.statements = .cached(capacity: 1) }
    try bench.warm("select a")
    try bench.warm("select b")
    let operation = try bench.execute("select b")
    #expect(bench.sentTypes() == "CBES")
    let told = bench.receive(Server.error("57014") + Server.ready())
    #expect(
      told == [
        .event(.failed(operation, .server(serverError("57014")))), .event(.ready(.idle)),
      ]
    )
    try bench.execute("select b")
    #expect(bench.sentTypes() == "CBES")
  }

  @Test("DISCARD ALL and DEALLOCATE ALL forget every statement", arguments: [true, false])
  func discard(isSimple: Bool) throws {
    let bench = Bench.connected()
    try bench.warm("select a")
    if isSimple {
      try bench.query("discard all")
      _ = bench.receive(Server.complete("DISCARD ALL") + Server.ready())
    } else {
      try bench.execute("deallocate all")
      _ = bench.receive(Server.described([]) + Server.complete("DEALLOCATE ALL") + Server.ready())
    }
    _ = bench.sent()
    try bench.execute("select a")
    #expect(bench.sentTypes() == "PDBES")
  }

  @Test("a prepare tells types and columns, and the execution after it only binds")
  func prepare() throws {
    let bench = Bench.connected()
    let statement = PostgresStatement("select $1")
    let operation = try bench.machine.prepare(statement, parameterTypes: [0], into: &bench.output)
    try bench.sync()
    #expect(bench.sentTypes() == "PDS")
    let described = Server.parseComplete + Server.parameters([23]) + Server.columns([("a", 23)])
    let told = bench.receive(described + Server.ready())
    let column = PostgresColumn(name: "a", typeOID: 23, typeByteCount: 4)
    let description = PostgresDescription(parameterTypes: [23], columns: [column])
    #expect(told == [.event(.prepared(operation, description)), .event(.ready(.idle))])
    try bench.execute("select $1", ["1"])
    #expect(bench.sentTypes() == "BES")
  }

  @Test("a prepare of a statement that the server forgot is sent again")
  func stalePrepare() throws {
    let bench = Bench.connected()
    try bench.warm("select a")
    let operation = try bench.machine.prepare(PostgresStatement("select a"), into: &bench.output)
    try bench.sync()
    #expect(bench.sentTypes() == "DS")
    #expect(bench.receive(Server.error("26000") + Server.ready()) == [])
    #expect(bench.sentTypes() == "PDS")
    let described = Server.parseComplete + Server.parameters([]) + Server.noData
    #expect(
      bench.receive(described + Server.ready()) == [
        .event(.prepared(operation, PostgresDescription(parameterTypes: [], columns: []))),
        .event(.ready(.idle)),
      ]
    )
  }

  @Test("an empty batch is answered")
  func emptyBatch() throws {
    let bench = Bench.connected()
    try bench.sync()
    #expect(bench.sentTypes() == "S")
    #expect(bench.receive(Server.ready("T")) == [.event(.ready(.inTransaction))])
    let status = bench.machine.transactionStatus
    #expect(status == .inTransaction)
    try bench.sync()
    let told = bench.receive(Server.error("57014") + Server.ready("E"))
    #expect(told == [.event(.notice(serverError("57014"))), .event(.ready(.failed))])
  }

  @Test("columns say the formats that were asked for")
  func formats() throws {
    let bench = Bench.connected()
    for formats: PostgresResultFormats in [.text, .columns([.binary, .text])] {
      bench.parameters.removeAll()
      let operation = try bench.machine.execute(
        PostgresStatement("select \(formats)"),
        bench.parameters,
        resultFormats: formats,
        into: &bench.output
      )
      try bench.sync()
      let told = bench.receive(
        Server.described([("a", 23), ("b", 25)]) + Server.complete("SELECT 0") + Server.ready()
      )
      guard case .event(.columns(operation, let columns)) = told[0] else {
        Issue.record("\(told)")
        return
      }
      let expected: [PostgresFormat] = formats == .text ? [.text, .text] : [.binary, .text]
      #expect(columns.map(\.format) == expected)
    }
  }
}
