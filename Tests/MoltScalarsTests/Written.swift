import MoltBytes

/// The text that `body` appends to a writer.
func written(_ body: (inout ByteWriter) -> Void) -> String {
  var writer = ByteWriter(capacity: 1)
  body(&writer)
  let span = writer.span
  return String(decoding: span.indices.map { span[$0] }, as: UTF8.self)
}

/// The text that `body` appends to a writer, or nil if it refuses; a refusal writes nothing.
func writtenIfAccepted(_ body: (inout ByteWriter) -> Bool) -> String? {
  var isAccepted = false
  let text = written { isAccepted = body(&$0) }
  if !isAccepted && !text.isEmpty { return "refused after writing " + text }
  return isAccepted ? text : nil
}
