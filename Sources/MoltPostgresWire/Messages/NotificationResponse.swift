/// `NotificationResponse`: somebody used `NOTIFY` on a channel that this session listens to.
public struct NotificationResponse: Equatable, Sendable {
  /// The process that notified.
  public var processID: Int32
  /// The channel.
  public var channel: String
  /// The text that came with it; empty when there was none.
  public var payload: String

  /// Creates a notification.
  public init(processID: Int32, channel: String, payload: String) {
    self.processID = processID
    self.channel = channel
    self.payload = payload
  }

  /// Decodes the body of the message.
  ///
  /// - Throws: ``PostgresWireError`` for anything but exactly one message.
  public init(decoding body: consuming BackendMessageReader) throws(PostgresWireError) {
    processID = try body.readInt32()
    channel = try body.readText()
    payload = try body.readText()
    try body.finish()
  }
}
