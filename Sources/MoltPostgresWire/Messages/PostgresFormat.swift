/// How a value is written on the wire.
public enum PostgresFormat: Int16, Sendable {
  /// As the type's text.
  case text = 0
  /// As the type's `send` function writes it.
  case binary = 1
}

/// In which formats a query's columns are wanted.
public enum PostgresResultFormats: Equatable, Sendable {
  /// All in binary. A column of a type without a binary form makes the query fail.
  case binary
  /// All as text.
  case text
  /// One format for each column; there must be as many as columns.
  case columns([PostgresFormat])
}
