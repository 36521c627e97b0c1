/// The keys of the messages' maps.
package enum MessageKey: String, Sendable {
  case id, op, deadline, trace, status, rows
  case statement, database, sql, shape, arguments, shared, size
  case `protocol`, client, server, databases, version, code, message, offset
  case frameLimit = "frame_limit"
}
