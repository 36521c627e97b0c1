public import MoltBytes

/// Speaks protocol 3.0 as a client: it decides what a connection sends, and what it received means.
///
/// The machine holds no socket, no clock and no randomness. A shell sends what the machine appended
/// to the output, receives into the input, and asks for the next event:
///
///     while true {
///       switch machine.next(&input, into: &output) {
///       case .waiting:                send the output, then receive; or connectionLost()
///       case .startEncryption:        send the output, shake hands, encryptionEstablished(…)
///       case .connected:              execute(statement, parameters, into: &output); sync(…)
///       case .columns(let operation, let columns):
///       case .rows(let run):          walk DataRowReader(run, in: input.unread)
///       case .completed(let operation, let command):
///       case .ready:                  the batch is over
///       …
///
/// A prepared select by key, the second time, is one write and one read:
///
///     sent      Bind  Execute  Sync
///     received  BindComplete  DataRow  CommandComplete  ReadyForQuery
///     told      columns       rows     completed        ready
///
///     fresh ─▶ asking for encryption ─▶ shaking hands ─▶ logging in ─▶ open ─▶ ending ─▶ closed
///       └───────────── unencrypted ─────────────────────────▲
///
/// Whatever a server sends gives an event; the worst is ``PostgresEvent/closed(_:)`` with the place
/// in the stream, before which each operation in flight was told that it failed.
public struct PostgresConnectionMachine: ~Copyable {
  enum State: ~Copyable {
    /// Nothing was sent. The first ``next(_:into:)`` leaves it.
    case fresh(Login)
    /// `SSLRequest` was sent. Goes to `shakingHands`, `loggingIn` or `closed` on the answer.
    case askingForEncryption(Login)
    /// The shell negotiates. Goes to `loggingIn` on ``encryptionEstablished(_:)``.
    case shakingHands(Login)
    /// The startup message was sent. Goes to `open` when the server is ready for queries.
    case loggingIn(Login)
    /// Requests are taken. Goes to `ending` on whatever ends the connection.
    case open(SessionBox)
    /// The operations in flight are told. Goes to `closed` after the last one.
    case ending(SessionBox, PostgresClosure)
    /// The connection is over. Terminal.
    case closed(PostgresClosure)
  }

  private(set) var state: State

  /// Creates a machine for a connection that was just opened.
  ///
  /// - Parameters:
  ///   - options: Who logs in where, and by which rules.
  ///   - encryption: How the connection is encrypted, when it is from its first byte on; nil for
  ///     one that is not, or not yet.
  public init(_ options: PostgresConnectionOptions, encryption: PostgresEncryption? = nil) {
    self.init(.fresh(Login(options, encryption)))
  }

  private init(_ state: consuming State) { self.state = state }

  /// Says what happened next.
  ///
  /// - Parameters:
  ///   - input: What was received and not used. What the machine has dealt with is discarded from
  ///     it; rows and copied data only on the next call.
  ///   - output: Gets what has to be sent. Send it before receiving more.
  /// - Returns: The next event; ``PostgresEvent/waiting`` when more has to be received first.
  /// - Complexity: O(bytes of the message); for rows O(rows), without looking into them.
  public mutating func next(
    _ input: inout PostgresInput,
    into output: inout ByteWriter
  ) -> PostgresEvent {
    while true {
      switch consume self.state {
      case .open(var box):
        do throws(PostgresClosure) {
          let event = try box.session.next(&input, into: &output)
          self = .init(.open(box))
          return event
        } catch {
          self = .init(.ending(box, error))
        }
      case .fresh(let login):
        self = .init(Self.begin(login, into: &output))
      case .askingForEncryption(let login):
        var event: PostgresEvent?
        self = .init(Self.askForEncryption(login, &input, into: &output, telling: &event))
        if let event { return event }
      case .shakingHands(let login):
        self = .init(.shakingHands(login))
        return .startEncryption
      case .loggingIn(let login):
        var event: PostgresEvent?
        self = .init(Self.logIn(login, &input, into: &output, telling: &event))
        if let event { return event }
      case .ending(var box, let closure):
        if let event = box.session.abandon(closure) {
          self = .init(.ending(box, closure))
          return event
        }
        self = .init(.closed(closure))
      case .closed(let closure):
        self = .init(.closed(closure))
        return .closed(closure)
      }
    }
  }

  /// Sends the first bytes of a connection.
  private static func begin(
    _ login: consuming Login,
    into output: inout ByteWriter
  ) -> State {
    guard !login.options.holdsZeroByte else { return .closed(.zeroByteInOptions) }
    guard login.encryption == nil, login.options.encryption != .disable else {
      login.start(into: &output)
      return .loggingIn(login)
    }
    output.appendPostgresSSLRequest()
    return .askingForEncryption(login)
  }

  private static func askForEncryption(
    _ login: consuming Login,
    _ input: inout PostgresInput,
    into output: inout ByteWriter,
    telling event: inout PostgresEvent?
  ) -> State {
    do throws(PostgresClosure) {
      guard let isAgreed = try login.encryptionAnswer(&input) else {
        event = .waiting
        return .askingForEncryption(login)
      }
      if isAgreed { return .shakingHands(login) }
      login.start(into: &output)
      return .loggingIn(login)
    } catch {
      return .closed(error)
    }
  }

  private static func logIn(
    _ login: consuming Login,
    _ input: inout PostgresInput,
    into output: inout ByteWriter,
    telling event: inout PostgresEvent?
  ) -> State {
    do throws(PostgresClosure) {
      switch try login.next(&input, into: &output) {
      case nil: event = .waiting
      case .nothing: break
      case .event(let told): event = told
      case .ready(let status):
        event = .connected
        return .open(SessionBox(Session(login, status)))
      }
      return .loggingIn(login)
    } catch {
      return .closed(error)
    }
  }

  /// Takes note that the shell has encrypted the connection, as
  /// ``PostgresEvent/startEncryption`` asked for.
  ///
  /// Without effect in every other state. What the handshake received belongs to the shell; the
  /// input gets decrypted bytes only.
  ///
  /// - Parameter encryption: What the login may be bound to.
  public mutating func encryptionEstablished(_ encryption: PostgresEncryption) {
    switch consume self.state {
    case .shakingHands(let login):
      // As on a connection that starts encrypted, the startup message comes next.
      self = .init(.fresh(Login(login.options, encryption)))
    case .fresh(let login): self = .init(.fresh(login))
    case .askingForEncryption(let login): self = .init(.askingForEncryption(login))
    case .loggingIn(let login): self = .init(.loggingIn(login))
    case .open(let box): self = .init(.open(box))
    case .ending(let box, let closure): self = .init(.ending(box, closure))
    case .closed(let closure): self = .init(.closed(closure))
    }
  }

  /// Takes note that nothing more can be received or sent.
  ///
  /// Ask for events until ``PostgresEvent/waiting`` first: what was received before the end often
  /// says why. Then ask again, until ``PostgresEvent/closed(_:)``.
  public mutating func connectionLost() { end(.connectionLost) }

  /// Says goodbye to the server.
  ///
  /// Operations in flight are told that they failed; whether the server runs them is unknown.
  public mutating func terminate(into output: inout ByteWriter) {
    if isOpen { output.appendPostgresTerminate() }
    end(.terminated)
  }

  private mutating func end(_ closure: PostgresClosure) {
    switch consume self.state {
    case .open(let box): self = .init(.ending(box, closure))
    case .ending(let box, let earlier): self = .init(.ending(box, earlier))
    case .closed(let earlier): self = .init(.closed(earlier))
    case .fresh: self = .init(.closed(closure))
    case .askingForEncryption: self = .init(.closed(closure))
    case .shakingHands: self = .init(.closed(closure))
    case .loggingIn: self = .init(.closed(closure))
    }
  }

  /// Lets `body` work on the open session.
  ///
  /// - Throws: What `body` throws, and why there is no open session.
  mutating func request<Result>(
    _ body: (inout Session) throws(PostgresRefusal) -> Result
  ) throws(PostgresRefusal) -> Result {
    switch consume self.state {
    case .open(var box):
      do throws(PostgresRefusal) {
        let result = try body(&box.session)
        self = .init(.open(box))
        return result
      } catch {
        self = .init(.open(box))
        throw error
      }
    case .fresh(let login): self = .init(.fresh(login))
    case .askingForEncryption(let login): self = .init(.askingForEncryption(login))
    case .shakingHands(let login): self = .init(.shakingHands(login))
    case .loggingIn(let login): self = .init(.loggingIn(login))
    case .ending(let box, let closure):
      self = .init(.ending(box, closure))
      throw .closed
    case .closed(let closure):
      self = .init(.closed(closure))
      throw .closed
    }
    throw .notConnected
  }

  /// Lets `body` look at the open session; nil when there is none.
  borrowing func look<Result>(_ body: (borrowing Session) -> Result) -> Result? {
    switch state {
    case .open(let box): body(box.session)
    default: nil
    }
  }
}
