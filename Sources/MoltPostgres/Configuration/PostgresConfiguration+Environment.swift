extension PostgresConfiguration {
  /// The variables that libpq reads, by the parameter that each stands for.
  private static let variables = [
    ("PGHOST", "host"), ("PGPORT", "port"), ("PGUSER", "user"), ("PGPASSWORD", "password"),
    ("PGDATABASE", "dbname"), ("PGSSLMODE", "sslmode"), ("PGSSLROOTCERT", "sslrootcert"),
    ("PGSSLCERT", "sslcert"), ("PGSSLKEY", "sslkey"), ("PGSSLNEGOTIATION", "sslnegotiation"),
    ("PGCHANNELBINDING", "channel_binding"), ("PGCONNECT_TIMEOUT", "connect_timeout"),
    ("PGAPPNAME", "application_name"), ("PGOPTIONS", "options"), ("PGTZ", "TimeZone"),
  ]

  /// Reads the environment variables that libpq reads, such as `PGHOST`.
  ///
  /// - Parameter environment: The variables, such as those of `ProcessInfo`.
  /// - Throws: ``PostgresConfigurationError``; ``PostgresConfigurationError/noUser`` where neither
  ///   `PGUSER` nor `USER` is set.
  ///
  /// Source: PostgreSQL documentation, "Environment Variables" of libpq.
  public init(environment: [String: String]) throws(PostgresConfigurationError) {
    self.init(user: environment["USER"] ?? "")
    for (variable, parameter) in Self.variables {
      if let value = environment[variable], !value.isEmpty { try set(parameter, to: value) }
    }
    if user.isEmpty { throw .noUser }
  }
}
