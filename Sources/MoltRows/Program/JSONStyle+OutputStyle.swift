internal import MoltBytes
internal import MoltJSON

extension JSONStyle {
  /// The JSON side of an output style; the binary and CSV styles have none and get compact.
  init(_ style: OutputStyle) {
    switch style {
    case .django: self.init(escapes: .ascii, isSpaced: true, allowsNaN: true)
    case .drf: self.init(escapes: .drf, isSpaced: false, allowsNaN: false)
    case .compact, .messagepack, .csv:
      self.init(escapes: .utf8, isSpaced: false, allowsNaN: true)
    }
  }

  /// What stands between two items.
  var comma: StaticString { isSpaced ? ", " : "," }

  /// What stands between a key and its value.
  var colon: StaticString { isSpaced ? ": " : ":" }
}

extension ByteWriter {
  /// Appends a string that is known to be valid Unicode.
  mutating func appendJSONString(_ text: String, _ escapes: JSONEscapes) {
    let isWritten = appendJSONString(text.utf8Span.span, escapes)
    precondition(isWritten, "a Swift String is valid UTF-8")
  }
}
