internal import MoltPostgresWire

extension PostgresConfiguration {
  /// Reads a URL.
  ///
  ///     postgres://anna:secret@db.example:5433/shop?sslmode=verify-full&application_name=till
  ///     postgresql:///shop?host=/var/run/postgresql&user=anna
  ///
  /// Parameters are `host`, `port`, `user`, `password`, `dbname`, `sslmode`, `sslrootcert`, `sslcert`,
  /// `sslkey`, `sslnegotiation`, `channel_binding`, `connect_timeout`, and the settings
  /// `application_name`, `options`, `TimeZone`, `search_path` and `statement_timeout`.
  ///
  /// - Throws: ``PostgresConfigurationError``.
  ///
  /// Source: PostgreSQL documentation, "Connection URIs".
  public init(url: String) throws(PostgresConfigurationError) {
    let prefixes = ["postgres://", "postgresql://"]
    guard let prefix = prefixes.first(where: url.hasPrefix) else { throw .malformedURL }
    var rest = url.dropFirst(prefix.count)
    self.init(user: "")
    var query: Substring = ""
    if let mark = rest.firstIndex(of: "?") {
      query = rest[rest.index(after: mark)...]
      rest = rest[..<mark]
    }
    if let slash = rest.firstIndex(of: "/") {
      let name = try Self.decoded(rest[rest.index(after: slash)...])
      if !name.isEmpty { database = name }
      rest = rest[..<slash]
    }
    if let at = rest.lastIndex(of: "@") {
      try readUser(rest[..<at])
      rest = rest[rest.index(after: at)...]
    }
    try readHost(rest)
    for pair in query.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else { throw .malformedURL }
      try set(try Self.decoded(parts[0]), to: try Self.decoded(parts[1]))
    }
    if user.isEmpty { throw .noUser }
  }

  private mutating func readUser(_ text: Substring) throws(PostgresConfigurationError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    user = try Self.decoded(parts[0])
    if parts.count == 2 { password = PostgresPassword(try Self.decoded(parts[1])) }
  }

  private mutating func readHost(_ text: Substring) throws(PostgresConfigurationError) {
    var name = text
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { throw .malformedURL }
      host = String(text[text.index(after: text.startIndex)..<end])
      name = text[text.index(after: end)...]
      guard name.isEmpty || name.hasPrefix(":") else { throw .malformedURL }
      if !name.isEmpty { try set("port", to: String(name.dropFirst())) }
      return
    }
    if let colon = name.lastIndex(of: ":") {
      try set("port", to: String(name[name.index(after: colon)...]))
      name = name[..<colon]
    }
    if !name.isEmpty { host = try Self.decoded(name) }
  }

  /// Sets what a parameter of a URL, or a variable of the environment, names.
  mutating func set(
    _ name: String,
    to value: String
  ) throws(PostgresConfigurationError) {
    switch name {
    case "host": host = value
    case "port":
      guard let number = Int(value), (1...65535).contains(number) else { throw .badPort(value) }
      port = number
    case "user": user = value
    case "password": password = PostgresPassword(value)
    case "dbname": database = value
    case "sslmode":
      guard let mode = PostgresTLS.Mode(rawValue: value) else { throw .badValue(name, value) }
      tls.mode = mode
    case "sslrootcert": tls.rootCertificates = value == "system" ? nil : value
    case "sslcert": tls.certificate = value
    case "sslkey": tls.key = value
    case "sslnegotiation":
      guard value == "direct" || value == "postgres" else { throw .badValue(name, value) }
      tls.isDirect = value == "direct"
    case "channel_binding":
      switch value {
      case "disable": authentication.channelBinding = .disable
      case "prefer": authentication.channelBinding = .prefer
      case "require": authentication.channelBinding = .require
      default: throw .badValue(name, value)
      }
    case "connect_timeout":
      guard let seconds = Int(value), (0...86400).contains(seconds) else {
        throw .badValue(name, value)
      }
      if seconds > 0 { connectTimeout = .seconds(seconds) }
    case "application_name", "options", "TimeZone", "search_path", "statement_timeout":
      settings[name] = value
    default: throw .unknownParameter(name)
    }
  }

  /// Text without its percent signs.
  private static func decoded(
    _ text: Substring
  ) throws(PostgresConfigurationError) -> String {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = rest.prefix(2)
      guard digits.count == 2, let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
      else { throw .malformedURL }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    guard let decoded = String(validating: bytes, as: UTF8.self) else { throw .malformedURL }
    return decoded
  }
}

extension PostgresConfigurationError {
  static func badValue(_ name: String, _ value: String) -> Self {
    .badValue(name: name, value: value)
  }
}
