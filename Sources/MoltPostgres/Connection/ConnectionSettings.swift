internal import Logging
internal import MoltPostgresWire
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import Synchronization

/// A configuration made ready for any number of connections.
final class ConnectionSettings: Sendable {
  /// Where a server listens.
  enum Address {
    case host(String, port: Int)
    case unixSocket(String)
  }

  let configuration: PostgresConfiguration
  let address: Address
  let tls: ConnectionTLS?
  let logger: Logger
  let observer: StatementObserver

  var cancelGrace: Duration { configuration.cancelGrace }
  var resultByteCount: Int { configuration.resultByteCount }

  init(
    _ configuration: PostgresConfiguration,
    _ logger: Logger,
    _ observer: StatementObserver
  ) throws(PostgresError) {
    self.configuration = configuration
    self.logger = logger
    takesReadOnly = Atomic(configuration.isReadOnly)
    self.observer = observer
    if configuration.isUnixSocket {
      address = .unixSocket("\(configuration.host)/.s.PGSQL.\(configuration.port)")
      tls = nil
    } else {
      address = .host(configuration.host, port: configuration.port)
      tls = try ConnectionTLS(configuration.tls, host: configuration.host)
    }
  }

  /// The setting of a session that refuses to write.
  static let readOnly = "default_transaction_read_only"

  /// Whether the last session that was asked to refuse writing could be; a pooler may not know it.
  let takesReadOnly: Atomic<Bool>

  /// What the machine of a new connection needs.
  ///
  /// - Parameter asksReadOnly: Whether the session is asked to refuse writing.
  /// - Returns: The options.
  func machineOptions(asksReadOnly: Bool) -> PostgresConnectionOptions {
    var random = SystemRandomNumberGenerator()
    var options = PostgresConnectionOptions(
      user: configuration.user,
      password: configuration.password,
      database: configuration.database,
      nonce: (0..<24).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    )
    options.parameters = configuration.settings.sorted { $0.key < $1.key }
      .map { ParameterStatus(name: $0.key, value: $0.value) }
    if asksReadOnly {
      options.parameters.append(ParameterStatus(name: Self.readOnly, value: "on"))
    }
    options.encryption = tls.map { $0.isRequired ? .require : .prefer } ?? .disable
    options.authentication = configuration.authentication
    let count = configuration.preparedStatements
    // What does not know the setting is a pooler, which may change servers between transactions.
    let isPooler = configuration.isReadOnly && !asksReadOnly
    options.statements = count > 0 && !isPooler ? .cached(capacity: count) : .unnamed
    options.limits = configuration.limits
    return options
  }

  /// Opens sockets to the server.
  func bootstrap(on eventLoop: any EventLoop) -> ClientBootstrap {
    ClientBootstrap(group: eventLoop)
      .connectTimeout(TimeAmount(configuration.connectTimeout))
      .channelOption(
        .recvAllocator,
        value: AdaptiveRecvByteBufferAllocator(minimum: 4096, initial: 16384, maximum: 262_144)
      )
      .channelOption(.maxMessagesPerRead, value: 1)
  }
}

extension ClientBootstrap {
  func connect(to address: ConnectionSettings.Address) -> EventLoopFuture<any Channel> {
    switch address {
    case .unixSocket(let path): connect(unixDomainSocketPath: path)
    case .host(let host, let port):
      channelOption(.socketOption(.tcp_nodelay), value: 1).connect(host: host, port: port)
    }
  }
}
