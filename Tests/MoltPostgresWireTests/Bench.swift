import MoltBytes
import MoltPostgresWire
import Testing

/// An event with the bytes that it lends, so that it can be kept and compared.
///
/// Rows stand for themselves: how many of them come in one run depends on how the bytes arrive.
enum Told: Equatable {
  case event(PostgresEvent)
  case row(PostgresOperation, [String?])
  case data(PostgresOperation, String)
}

/// A machine with its buffers, which plays the shell.
final class Bench {
  var machine: PostgresConnectionMachine
  var input: PostgresInput
  var output = ByteWriter(capacity: 64)
  var parameters = BindParameters()
  /// Malformed rows that were met.
  var rowErrors: [PostgresWireError] = []

  static let nonce: [UInt8] = Array(1...18)

  init(
    _ options: PostgresConnectionOptions = Bench.options(),
    encryption: PostgresEncryption? = nil
  ) {
    machine = PostgresConnectionMachine(options, encryption: encryption)
    input = PostgresInput(capacity: 64)
  }

  /// Options without encryption, for conversations that begin with the startup message.
  static func options(
    _ change: (inout PostgresConnectionOptions) -> Void = { _ in }
  ) -> PostgresConnectionOptions {
    var options = PostgresConnectionOptions(user: "ada", password: "pencil", nonce: nonce)
    options.encryption = .disable
    change(&options)
    return options
  }

  /// A bench whose login is complete, with nothing left to send.
  static func connected(
    _ change: (inout PostgresConnectionOptions) -> Void = { _ in }
  ) -> Bench {
    let bench = Bench(options(change))
    _ = bench.told()
    _ = bench.receive(Server.login)
    _ = bench.sent()
    return bench
  }

  /// The events up to the next that needs the shell, without `waiting`.
  func told() -> [Told] {
    var told: [Told] = []
    while true {
      let event = machine.next(&input, into: &output)
      switch event {
      case .waiting: return told
      case .rows(let run):
        do throws(PostgresWireError) {
          told += try Self.rows(run, input)
        } catch {
          rowErrors.append(error)
        }
      case .copyData(let run):
        told.append(.data(run.operation, Self.text(run.range, input)))
      case .closed, .startEncryption:
        told.append(.event(event))
        return told
      default: told.append(.event(event))
      }
    }
  }

  private static func rows(
    _ run: RowRun,
    _ input: borrowing PostgresInput
  ) throws(PostgresWireError) -> [Told] {
    var told: [Told] = []
    var rows = DataRowReader(run, in: input.unread, streamOffset: input.streamOffset)
    while try rows.nextRow() {
      var values: [String?] = []
      while rows.columnsLeft > 0 { values.append(try rows.nextColumn().map { text($0, input) }) }
      told.append(.row(run.operation, values))
    }
    #expect(told.count == run.rowCount)
    return told
  }

  private static func text(_ range: Range<Int>, _ input: borrowing PostgresInput) -> String {
    let bytes = input.unread.extracting(range)
    return bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
  }

  private static func bytes(_ writer: borrowing ByteWriter) -> [UInt8] {
    writer.span.withUnsafeBufferPointer { Array($0) }
  }

  /// Receives bytes and tells what they mean.
  func receive(_ bytes: [UInt8]) -> [Told] { receive(bytes[...]) }

  func receive(_ bytes: ArraySlice<UInt8>) -> [Told] {
    input.append(bytes.span)
    return told()
  }

  /// What was sent since the last time.
  func sent() -> [UInt8] {
    let bytes = Self.bytes(output)
    output.removeAll()
    return bytes
  }

  /// The types of the messages that were sent since the last time.
  func sentTypes() -> String { Self.types(sent()) }

  static func types(_ bytes: [UInt8]) -> String {
    var types = ""
    var offset = 0
    while offset < bytes.count {
      types.append(Character(Unicode.Scalar(bytes[offset])))
      let length = bytes[(offset + 1)..<(offset + 5)].reduce(0) { $0 << 8 | Int($1) }
      offset += 1 + length
    }
    return types
  }

  /// Sends an execution with parameters as text, and ends the batch unless told otherwise.
  @discardableResult
  func execute(
    _ sql: String,
    _ values: [String] = [],
    rowLimit: Int = 0,
    syncs: Bool = true
  ) throws(PostgresRefusal) -> PostgresOperation {
    parameters.removeAll()
    for value in values { parameters.append(text: value) }
    let operation = try machine.execute(
      PostgresStatement(sql),
      parameters,
      rowLimit: rowLimit,
      into: &output
    )
    if syncs, rowLimit == 0 { try sync() }
    return operation
  }

  func sync() throws(PostgresRefusal) { try machine.sync(into: &output) }

  @discardableResult
  func query(_ sql: String) throws(PostgresRefusal) -> PostgresOperation {
    try machine.query(PostgresStatement(sql), into: &output)
  }

  /// Sends and answers a first execution of a statement that returns one column of type `int4`.
  func warm(_ sql: String) throws {
    try execute(sql)
    _ = receive(Server.described([("a", 23)]) + Server.complete("SELECT 0") + Server.ready())
    _ = sent()
  }
}

/// What is told for one execution of a statement with the column `a`.
func answer(
  _ operation: PostgresOperation,
  rows: [[String?]],
  status: PostgresTransactionStatus = .idle
) -> [Told] {
  [.event(.columns(operation, [PostgresColumn(name: "a", typeOID: 23, typeByteCount: 4)]))]
    + rows.map { .row(operation, $0) }
    + [
      .event(.completed(operation, CommandComplete(tag: "SELECT \(rows.count)"))),
      .event(.ready(status)),
    ]
}

/// The error that ``Server/error(_:_:severity:routine:)`` makes.
func serverError(
  _ sqlState: String,
  _ message: String = "no",
  severity: String = "ERROR",
  routine: String? = nil
) -> PostgresServerError {
  let names: [(String, String)] =
    [("S", severity), ("V", severity), ("C", sqlState), ("M", message)]
    + (routine.map { [("R", $0)] } ?? [])
  return PostgresServerError(fields: names.map { .init(Array($0.0.utf8)[0], $0.1) })
}
