internal import Glibc
package import Logging

/// Formats log events as one JSON object a line.
///
///     {"time":"2026-11-22T15:30:24.123Z","level":"info","message":"request","op":"run","rows":20}
///
/// Metadata become keys of their own, in alphabetical order; integers stay numbers.
package struct JSONLinesLogHandler: LogHandler {
  /// Metadata of every line.
  package var metadata: Logger.Metadata = [:]
  /// The least severe level that is written.
  package var logLevel: Logger.Level
  private let sink: LogSink

  /// Creates a handler.
  ///
  /// - Parameters:
  ///   - sink: Where the lines go.
  ///   - level: The least severe level that is written.
  package init(_ sink: LogSink, level: Logger.Level) {
    self.sink = sink
    logLevel = level
  }

  /// Reads or writes one key of ``metadata``.
  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes one line.
  package func log(event: LogEvent) {
    var line = JSONLine()
    line.append("time", text: Self.now())
    line.append("level", text: event.level.rawValue)
    line.append("message", text: event.message.description)
    let fields = metadata.merging(event.metadata ?? [:]) { $1 }
    for (key, value) in fields.sorted(by: { $0.key < $1.key }) { line.append(key, value) }
    if let error = event.error { line.append("error", text: "\(error)") }
    sink.write(line.finish())
  }

  /// The time of day in UTC, to the millisecond, as RFC 3339 writes it.
  private static func now() -> String {
    var time = timespec()
    var parts = unsafe tm()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    unsafe gmtime_r(&time.tv_sec, &parts)
    func digits(_ value: some BinaryInteger, _ count: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    let day =
      unsafe "\(digits(parts.tm_year + 1900, 4))-\(digits(parts.tm_mon + 1, 2))-\(digits(parts.tm_mday, 2))"
    let clock =
      unsafe "\(digits(parts.tm_hour, 2)):\(digits(parts.tm_min, 2)):\(digits(parts.tm_sec, 2))"
    return "\(day)T\(clock).\(digits(time.tv_nsec / 1_000_000, 3))Z"
  }
}
