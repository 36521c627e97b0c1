internal import MoltPostgresWire

/// A task that listens to a channel.
typealias NotificationListener = PostgresBuffer<PostgresNotification>

/// Who listens to which channel of a connection.
struct NotificationListeners {
  private var table: [String: [NotificationListener]] = [:]

  mutating func add(_ listener: NotificationListener, to name: String) {
    table[name, default: []].append(listener)
  }

  mutating func remove(_ listener: NotificationListener, from name: String) {
    table[name]?.removeAll { $0 === listener }
  }

  func tell(_ message: NotificationResponse) {
    guard let listeners = table[message.channel] else { return }
    let notification = PostgresNotification(
      channel: message.channel,
      payload: message.payload,
      processID: message.processID
    )
    for listener in listeners { _ = listener.append(notification, byteCount: 0) }
  }

  mutating func finish() {
    for listener in table.values.joined() { listener.finish(.closed(.connectionLost)) }
    table = [:]
  }
}

/// What somebody told everybody who listens to a channel.
public struct PostgresNotification: Equatable, Sendable {
  /// The channel.
  public var channel: String
  /// What was told; empty where nothing was.
  public var payload: String
  /// The server process of whoever told it.
  public var processID: Int32
}
