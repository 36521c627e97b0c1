internal import MoltErrors
internal import MoltMessagePack
internal import MoltPostgresSocket
internal import MoltPostgresWire
internal import MoltSQLite

/// The options of `molt_database_open`, by their engine.
enum DatabaseOptions {
  case sqlite(SQLiteOptions)
  case postgres(PostgresOptions)

  /// Decodes the map that molt.h documents.
  init(decoding bytes: Span<UInt8>) throws(MoltError) {
    do throws(MessagePackError) {
      switch try Self.engine(in: bytes) {
      case "sqlite": self = .sqlite(try SQLiteOptions(decoding: bytes))
      case "postgres": self = .postgres(try PostgresOptions(decoding: bytes))
      default: throw .outOfRange(offset: 0)
      }
    } catch {
      throw MoltError(error, in: "the database options")
    }
  }

  private static func engine(in bytes: Span<UInt8>) throws(MessagePackError) -> String? {
    var reader = MessagePackReader(bytes)
    for _ in 0..<(try reader.readMapCount()) {
      if try reader.readTextString() == "engine" { return try reader.readTextString() }
      try reader.skipValue()
    }
    return nil
  }
}

extension SQLiteOptions {
  /// Decodes the options of a file.
  fileprivate init(decoding bytes: Span<UInt8>) throws(MessagePackError) {
    var reader = MessagePackReader(bytes)
    var options = SQLiteOptions(path: "")
    for _ in 0..<(try reader.readMapCount()) {
      let offset = reader.offset
      switch try reader.readTextString() {
      case "engine": try reader.skipValue()
      case "path": options.path = try reader.readTextString()
      case "busy_timeout_ms": options.busyTimeout = try reader.readMilliseconds()
      case "connections": options.idleConnections = Int(clamping: max(0, try reader.readInt64()))
      default: throw .outOfRange(offset: offset)
      }
    }
    guard !options.path.isEmpty, reader.isAtEnd else { throw .outOfRange(offset: 0) }
    self = options
  }
}

extension PostgresOptions {
  /// Decodes the options of a server.
  fileprivate init(decoding bytes: Span<UInt8>) throws(MessagePackError) {
    var reader = MessagePackReader(bytes)
    var options = PostgresOptions(user: "")
    for _ in 0..<(try reader.readMapCount()) {
      let offset = reader.offset
      switch try reader.readTextString() {
      case "engine": try reader.skipValue()
      case "host": options.host = try reader.readTextString()
      case "port":
        guard let port = UInt16(exactly: try reader.readInt64()), port > 0 else {
          throw .outOfRange(offset: offset)
        }
        options.port = port
      case "user": options.user = try reader.readTextString()
      case "password": options.password = PostgresPassword(try reader.readTextString())
      case "database": options.database = try reader.readTextString()
      case "sslmode":
        guard let mode = Encryption(rawValue: try reader.readTextString()) else {
          throw .outOfRange(offset: offset)
        }
        options.encryption = mode
      case "settings": options.settings = try reader.readSettings()
      case "connections": options.idleConnections = Int(clamping: max(0, try reader.readInt64()))
      case "connect_timeout_ms": options.connectTimeout = try reader.readMilliseconds()
      default: throw .outOfRange(offset: offset)
      }
    }
    guard !options.user.isEmpty, !options.host.isEmpty, reader.isAtEnd else {
      throw .outOfRange(offset: 0)
    }
    self = options
  }
}

extension MessagePackReader {
  /// A duration of at most a day.
  @_lifetime(self: copy self)
  fileprivate mutating func readMilliseconds() throws(MessagePackError) -> Duration {
    .milliseconds(max(0, min(try readInt64(), 86_400_000)))
  }

  @_lifetime(self: copy self)
  fileprivate mutating func readSettings() throws(MessagePackError) -> [ParameterStatus] {
    var settings: [ParameterStatus] = []
    for _ in 0..<(try readMapCount()) {
      let name = try readTextString()
      settings.append(ParameterStatus(name: name, value: try readTextString()))
    }
    return settings
  }
}
