public import MoltBytes
public import MoltTape

extension TapeValue {
  /// Appends the value with all that it holds as JSON.
  ///
  ///     let document = try parser.parse(bytes)
  ///     try document.root.appendJSON(to: &writer, .python)
  ///
  /// - Parameters:
  ///   - writer: What the text is appended to.
  ///   - options: How it is written.
  /// - Throws: ``JSONWriteError`` for what JSON does not have, as the options say; the writer then
  ///   has what it had before.
  /// - Complexity: O(bytes), without recursion; with sorted keys O(bytes) for each depth at which
  ///   objects are nested.
  public func appendJSON(
    to writer: inout ByteWriter,
    _ options: JSONWriteOptions = JSONWriteOptions()
  ) throws(JSONWriteError) {
    let start = writer.count
    do {
      if options.isCompactUTF8, memory.format == .json {
        var walk = CompactJSONWalk(memory, options)
        try walk.run(from: index, to: &writer)
      } else {
        try appendThroughSink(to: &writer, options)
      }
    } catch {
      writer.truncate(to: start)
      throw error
    }
  }

  private func appendThroughSink(
    to writer: inout ByteWriter,
    _ options: JSONWriteOptions
  ) throws(JSONWriteError) {
    var sink = JSONSink(options, appendingTo: writer)
    writer = ByteWriter(capacity: 1)
    do {
      try write(to: &sink)
    } catch {
      writer = sink.takeWriter()
      throw error
    }
    sink.finish()
    writer = sink.takeWriter()
  }
}

extension JSONWriteOptions {
  /// Whether texts without escapes stand in a document as they stand in another one.
  fileprivate var isCompactUTF8: Bool {
    layout == .compact && escapes == .utf8 && keyOrder == .given && doubles != .ecmaScript
  }
}
