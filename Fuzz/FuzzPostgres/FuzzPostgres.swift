import MoltBytes
import MoltColumns
import MoltPostgresWire

/// The entry of libFuzzer: every input is taken for what a server sends.
///
/// Whole and in two parts it must tell the same. The first bytes choose how far the conversation is
/// and what was sent; the events decide what is sent next, so that every state is reached.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzPostgres(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  guard count >= 2 else { return 0 }
  // A copy of exactly this size, so that AddressSanitizer sees a read past its end.
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let plan = bytes[0]
  let stream = bytes[2...]
  let cut = stream.startIndex + Int(bytes[1]) * stream.count / 256
  let whole = Conversation(plan).run([stream])
  let parts = Conversation(plan).run([stream[..<cut], stream[cut...]])
  // Behind an agreement to encrypt, bytes in the same portion are an attack, and later ones are
  // not.
  precondition(plan & 3 == 1 || whole == parts, "the events depend on where the stream is cut")
  return 0
}

/// A machine whose shell answers everything at once.
private struct Conversation: ~Copyable {
  private let plan: UInt8
  private var machine: PostgresConnectionMachine
  private var input = PostgresInput(capacity: 64)
  private var output = ByteWriter(capacity: 64)
  private var parameters = BindParameters()
  /// What was told, as text; rows one by one.
  private var told: [String] = []
  private var isOver = false

  private static let login: [UInt8] = [
    0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5A, 0, 0, 0, 5, 0x49,
  ]

  init(_ plan: UInt8) {
    self.plan = plan
    var options = PostgresConnectionOptions(user: "u", password: "p", nonce: Array(0..<18))
    options.encryption = plan & 3 == 1 ? .prefer : .disable
    options.statements = plan & 4 == 0 ? .cached(capacity: 2) : .unnamed
    options.reordersRetries = plan & 8 != 0
    options.limits.messageByteCount = 4096
    options.limits.scramIterations = 2
    machine = PostgresConnectionMachine(options)
  }

  consuming func run(_ parts: [ArraySlice<UInt8>]) -> [String] {
    if plan & 3 >= 2 { receive(Self.login[...]) }
    if plan & 3 == 3 { send(3) }
    for part in parts { receive(part) }
    machine.connectionLost()
    tell()
    precondition(isOver, "a lost connection is not closed")
    return told
  }

  private mutating func receive(_ bytes: ArraySlice<UInt8>) {
    input.append(bytes.span)
    tell()
  }

  private mutating func tell() {
    while !isOver {
      let event = machine.next(&input, into: &output)
      switch event {
      case .waiting: return
      case .rows(let run): walk(run)
      case .copyData(let run): told.append("\(run)")
      case .startEncryption:
        machine.encryptionEstablished(PostgresEncryption(serverEndPoint: [1, 2]))
      default:
        told.append("\(event)")
        react(to: event)
      }
      output.removeAll()
    }
  }

  private mutating func react(to event: PostgresEvent) {
    switch event {
    case .connected, .ready: send(told.count)
    case .suspended(let operation):
      if told.count % 2 == 0 {
        try? machine.resume(operation, rowLimit: 1, into: &output)
      } else {
        try? machine.closePortal(operation, into: &output)
      }
    case .copyIn:
      try? machine.copyData([1, 2].span, into: &output)
      if told.count % 2 == 0 {
        try? machine.copyDone(into: &output)
      } else {
        try? machine.copyFail("no", into: &output)
      }
    case .closed: isOver = true
    default: break
    }
  }

  /// Sends a batch that the number decides on.
  private mutating func send(_ number: Int) {
    let statements = ["a", "b", "c"].map { PostgresStatement($0) }
    let rowLimit = plan & 16 != 0 && number % 3 == 0 ? 1 : 0
    for index in 0..<(number % 3) {
      _ = try? machine.execute(statements[index], parameters, into: &output)
    }
    if number % 5 == 0 { _ = try? machine.prepare(statements[number % 3], into: &output) }
    if number % 4 == 3 {
      _ = try? machine.query(statements[0], into: &output)
    } else {
      let last = statements[number % 2]
      _ = try? machine.execute(last, parameters, rowLimit: rowLimit, into: &output)
      try? machine.sync(into: &output)
    }
  }

  private mutating func walk(_ run: RowRun) {
    let (lines, isSound) = Self.lines(run, input)
    told += lines
    readColumns(run)
    // A shell gives a connection with a malformed row up.
    if !isSound { isOver = true }
  }

  /// The types of the columns that rows are read into, one list for each number of columns.
  private static let types: [UInt32] = [
    25, 23, 1700, 1007, 16, 1184, 3807, 1186, 20, 21, 17, 1231, 1009, 2950, 1082, 1083, 701,
  ]

  /// Reads the rows as columns of types that the plan chooses: a batch or an error.
  private func readColumns(_ run: RowRun) {
    let count = Self.columnCount(run, input)
    guard count <= 64 else { return }
    let columns = (0..<count).map { index in
      let type = Self.types[(index + Int(plan)) % Self.types.count]
      return PostgresColumn(name: "c", typeOID: type, typeModifier: (10 << 16 | 2) + 4)
    }
    var reader = PostgresColumnReader(columns)
    do throws(PostgresColumnError) {
      let used = try reader.append(run, from: 0, in: input.unread)
      precondition(used == run.byteCount, "rows of a run were left over")
      let batch = try reader.finishBatch()
      precondition(batch.rowCount == run.rowCount, "a batch has other rows than its run")
    } catch {}
  }

  /// How many columns the first row has.
  private static func columnCount(_ run: RowRun, _ input: borrowing PostgresInput) -> Int {
    var rows = DataRowReader(run, in: input.unread)
    guard (try? rows.nextRow()) == true else { return 0 }
    return rows.columnsLeft
  }

  private static func lines(_ run: RowRun, _ input: borrowing PostgresInput) -> ([String], Bool) {
    var rows = DataRowReader(run, in: input.unread, streamOffset: input.streamOffset)
    var lines: [String] = []
    do throws(PostgresWireError) {
      while try rows.nextRow() {
        var text = "\(run.operation)"
        while rows.columnsLeft > 0 { text += " \(try rows.nextColumn()?.count ?? -1)" }
        lines.append(text)
      }
      precondition(lines.count == run.rowCount, "a run has another number of rows than it says")
      return (lines, true)
    } catch {
      return (lines + ["\(error)"], false)
    }
  }
}
