internal import Glibc
internal import Logging

extension JSONLine {
  /// An event as one JSON object.
  ///
  ///     {"time":"2026-11-22T15:30:24.123Z","level":"info","message":"request","op":"run","rows":20}
  ///
  /// Metadata become keys of their own, in alphabetical order; integers stay numbers.
  static func bytes(of event: LogEvent, at time: timespec) -> [UInt8] {
    var line = JSONLine()
    line.append("time", text: text(of: time))
    line.append("level", text: event.level.rawValue)
    line.append("message", text: event.message.description)
    for (key, value) in (event.metadata ?? [:]).sorted(by: { $0.key < $1.key }) {
      line.append(key, value)
    }
    if let error = event.error { line.append("error", text: "\(error)") }
    return line.finish()
  }

  /// A time of day in UTC, to the millisecond, as RFC 3339 writes it.
  private static func text(of time: timespec) -> String {
    var seconds = time.tv_sec
    var parts = unsafe tm()
    unsafe gmtime_r(&seconds, &parts)
    func digits(_ value: some BinaryInteger, _ count: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    let day = unsafe [
      digits(parts.tm_year + 1900, 4), digits(parts.tm_mon + 1, 2), digits(parts.tm_mday, 2),
    ]
    let clock = unsafe [
      digits(parts.tm_hour, 2), digits(parts.tm_min, 2), digits(parts.tm_sec, 2),
    ]
    let millisecond = digits(time.tv_nsec / 1_000_000, 3)
    return "\(day.joined(separator: "-"))T\(clock.joined(separator: ":")).\(millisecond)Z"
  }
}
