package import Logging

/// Sends log events to a sink, which writes each as one JSON object a line.
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

  /// Takes one event; formatting it is the sink's work.
  package func log(event: LogEvent) {
    guard !metadata.isEmpty else { return sink.write(event) }
    var event = event
    event.metadata = metadata.merging(event.metadata ?? [:]) { $1 }
    sink.write(event)
  }
}
