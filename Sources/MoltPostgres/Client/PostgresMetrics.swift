internal import CoreMetrics

/// What a client counts.
struct PostgresMetrics: Sendable {
  let queries: Counter
  let failures: Counter
  let connectionsOpened: Counter
  let connectionFailures: Counter

  /// Makes the counters, with the database as their dimension.
  init(database: String) {
    let dimensions = [("database", database)]
    queries = Counter(label: "molt_postgres_queries_total", dimensions: dimensions)
    failures = Counter(label: "molt_postgres_failures_total", dimensions: dimensions)
    connectionsOpened = Counter(
      label: "molt_postgres_connections_opened_total",
      dimensions: dimensions
    )
    connectionFailures = Counter(
      label: "molt_postgres_connection_failures_total",
      dimensions: dimensions
    )
  }
}
