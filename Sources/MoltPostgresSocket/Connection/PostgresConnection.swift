internal import CMoltPlatform
internal import MoltBytes
internal import MoltPostgresWire

/// One connection that is logged in, or was.
///
/// Used by one thread at a time: the database's pool hands it to a cursor and takes it back.
///
/// - Note: `@unchecked Sendable` because the pool moves it between threads under its lock.
// Safety: only the holder of a checked-out connection touches it.
@safe final class PostgresConnection: @unchecked Sendable {
  private var machine: PostgresConnectionMachine
  /// What was received and not used.
  private(set) var input = PostgresInput(capacity: 256 * 1024, keeping: 256 * 1024)
  private var output = ByteWriter(capacity: 1024)
  private var parameters = BindParameters()
  private let none = BindParameters()
  private let socket: PostgresSocket
  private let addresses: [PostgresAddress]
  private let forkCount = molt_fork_count()
  /// Whether the session itself refuses to write; otherwise each run says so.
  private var isReadOnly = false
  /// Whether it was lent before, so that its server may have gone since.
  var wasIdle = false
  /// Set when what the server sends cannot be trusted any more.
  var isBroken = false

  /// Connects and logs in.
  ///
  /// - Parameters:
  ///   - options: Where and who.
  ///   - isReadOnly: Whether the session is asked to refuse to write, which a pooler may not know.
  ///   - watch: When to give up.
  /// - Throws: Why there is no connection.
  init(
    _ options: PostgresOptions,
    isReadOnly: Bool,
    _ watch: Watch
  ) throws(PostgresError) {
    addresses = try PostgresAddress.addresses(of: options)
    socket = try PostgresSocket.connect(to: addresses, place: options.place, watch)
    machine = PostgresConnectionMachine(
      options.wire(isReadOnly: isReadOnly, isLocal: addresses.first?.isUnix == true)
    )
    while true {
      switch try next(watch) {
      case .connected:
        // A pooler may have dropped the setting, and servers before 14 do not report it.
        self.isReadOnly = machine.parameter("default_transaction_read_only") == "on"
        return
      case .closed(let closure): throw .cannotLogIn(place: options.place, closure)
      default: continue
      }
    }
  }

  /// Whether it belongs to the process that forked this one.
  ///
  /// The child closes its copy of the socket and says nothing, so that the parent can go on.
  var isOfParent: Bool { forkCount != molt_fork_count() }

  deinit {
    guard !isOfParent, machine.isOpen else { return }
    output.removeAll()
    machine.terminate(into: &output)
    socket.sendAtOnce(output)
  }

  /// Waits for the next event that is about an operation or the connection as a whole.
  ///
  /// - Throws: Why waiting had to end; what was received stays, and the next call goes on.
  func next(_ watch: Watch) throws(PostgresError) -> PostgresEvent {
    while true {
      let event = machine.next(&input, into: &output)
      switch event {
      case .waiting:
        if output.count > 0 { try send(watch) }
        if !(try socket.receive(into: &input, watch)) { machine.connectionLost() }
      case .notice, .notification, .parameter: continue
      default: return event
      }
    }
  }

  private func send(_ watch: Watch) throws(PostgresError) {
    do throws(PostgresError) {
      // Where nothing can be sent any more, the server's last words may still be read.
      _ = try socket.send(output, watch)
      output.removeAll()
    } catch {
      // Half a message is worse than none.
      isBroken = true
      throw error
    }
  }

  /// Prepares a statement and waits for its description.
  func prepare(
    _ statement: PostgresStatement,
    parameterTypes: [UInt32],
    _ watch: Watch
  ) throws(PostgresError) -> PostgresDescription {
    do throws(PostgresRefusal) {
      _ = try machine.prepare(statement, parameterTypes: parameterTypes, into: &output)
      try machine.sync(into: &output)
    } catch {
      throw .refused(error)
    }
    var description: PostgresDescription?
    var failure: PostgresFailure?
    while true {
      switch try next(watch) {
      case .prepared(_, let told): description = told
      case .failed(_, let reason): failure = reason
      case .closed(let closure): throw .closed(closure)
      case .ready:
        if let description { return description }
        throw PostgresError(preparing: statement, failure)
      default: continue
      }
    }
  }

  /// Sends a run of a statement.
  ///
  /// - Parameters:
  ///   - statement: The SQL.
  ///   - resultFormats: How the columns are wanted.
  ///   - bind: Appends the values.
  /// - Returns: The operation whose rows are wanted.
  /// - Throws: What `bind` throws, and ``PostgresError/refused(_:)``.
  func run(
    _ statement: PostgresStatement,
    _ resultFormats: PostgresResultFormats,
    _ bind: (inout BindParameters) throws(PostgresError) -> Void
  ) throws(PostgresError) -> PostgresOperation {
    parameters.removeAll()
    try bind(&parameters)
    do throws(PostgresRefusal) {
      if !isReadOnly { _ = try machine.execute(Self.begin, none, into: &output) }
      let operation = try machine.execute(
        statement,
        parameters,
        resultFormats: resultFormats,
        into: &output
      )
      if !isReadOnly { _ = try machine.execute(Self.commit, none, into: &output) }
      try machine.sync(into: &output)
      return operation
    } catch {
      // Nobody ends a batch that has begun.
      isBroken = !isReadOnly
      throw .refused(error)
    }
  }

  private static let begin = PostgresStatement("BEGIN READ ONLY")
  private static let commit = PostgresStatement("COMMIT")

  /// Brings a connection whose run was given up back to where it can be lent again.
  ///
  /// What little is still to come is read. For more, the server is asked to stop.
  ///
  /// - Returns: False when the connection is of no use any more.
  func settle() -> Bool {
    if isBroken || !machine.isOpen { return false }
    if !machine.isIdle {
      guard drain(within: .milliseconds(2)) || stop() else { return false }
    }
    return machine.transactionStatus == .idle && output.count == 0 && input.count == 0
  }

  /// Asks the server to stop until it has, for three seconds and a half at most.
  ///
  /// It forgets a request that reaches it before the run does, hence more than one.
  private func stop() -> Bool {
    for patience in [100, 400, 1000] {
      if cancel(), drain(within: .milliseconds(patience)) { return true }
      if isBroken || !machine.isOpen { return false }
    }
    return false
  }

  private func drain(within duration: Duration) -> Bool {
    let watch = Watch(duration)
    do throws(PostgresError) {
      while !machine.isIdle {
        if case .closed = try next(watch) { return false }
      }
      return true
    } catch {
      return false
    }
  }

  /// Asks the server, over a connection of its own, to stop what this one runs.
  ///
  /// The server closes that connection when it has passed the request on, so that it cannot hit a
  /// later run.
  private func cancel() -> Bool {
    var request = ByteWriter(capacity: 64)
    guard machine.appendCancelRequest(to: &request) else { return false }
    let watch = Watch(.milliseconds(650))
    do throws(PostgresError) {
      let socket = try PostgresSocket.connect(to: addresses, place: "", watch)
      guard try socket.send(request, watch) else { return false }
      var answer = PostgresInput(capacity: 64)
      while try socket.receive(into: &answer, watch) {}
      return true
    } catch {
      return false
    }
  }
}

extension PostgresOptions {
  /// The options as the machine takes them, for one connection.
  fileprivate func wire(isReadOnly: Bool, isLocal: Bool) -> PostgresConnectionOptions {
    var random = SystemRandomNumberGenerator()
    let nonce = (0..<18).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    var wire = PostgresConnectionOptions(
      user: user,
      password: password,
      database: database,
      nonce: nonce
    )
    wire.parameters = settings
    wire.encryption = .disable
    // Nobody listens to a Unix socket.
    wire.authentication.allowsUnencryptedCleartext = isLocal
    wire.statements = .cached(capacity: max(1, statementsPerConnection))
    if isReadOnly {
      wire.parameters.append(ParameterStatus(name: "default_transaction_read_only", value: "on"))
    } else {
      // What does not know the setting is a pooler, which may change servers between transactions.
      wire.statements = .unnamed
    }
    return wire
  }
}

extension PostgresError {
  /// Why a statement was not prepared.
  init(preparing statement: PostgresStatement, _ failure: PostgresFailure?) {
    switch failure {
    case .server(let error) where error.isFatal: self = .closed(.server(error))
    case .server(let error):
      self = .badSQL(error, offset: error.byteOffset(in: statement))
    case .closed(let closure): self = .closed(closure)
    case .skipped, .copyNeedsSimpleQuery, nil: self = .answer(.noColumns)
    }
  }

  /// Why a run failed.
  init(running failure: PostgresFailure) {
    switch failure {
    case .server(let error) where error.isFatal: self = .closed(.server(error))
    case .server(let error): self = .failedRun(error)
    case .closed(let closure): self = .closed(closure)
    case .skipped, .copyNeedsSimpleQuery: self = .answer(.noColumns)
    }
  }
}
