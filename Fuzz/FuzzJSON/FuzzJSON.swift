import MoltBytes
import MoltJSON

/// The entry of libFuzzer: every input is taken for a document and for a text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzJSON(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // A copy of exactly this size, so that AddressSanitizer sees a read past its end.
  let input = Array(UnsafeBufferPointer(start: start, count: count))
  checkDocument(input)
  checkText(input)
  checkReading(input)
  return 0
}

/// Document styles whose output is read again.
let styles = [
  JSONStyle(escapes: .ascii, isSpaced: true, allowsNaN: true),
  JSONStyle(escapes: .utf8, isSpaced: false, allowsNaN: true),
  JSONStyle(escapes: .drf, isSpaced: false, allowsNaN: false),
]

func checkDocument(_ document: [UInt8]) {
  let first = reencode(document, styles[0])
  for style in styles {
    switch reencode(document, style) {
    case .success(let bytes):
      precondition(reencode(bytes, style) == .success(bytes), "a written document is stable")
      precondition(reencode(bytes, styles[0]) == first, "styles mean the same document")
    case .failure(let error):
      precondition(error.offset >= 0 && error.offset <= document.count, "the offset is inside")
      checkOnlyStyleRefuses(error, first)
    }
  }
  var reencoder = JSONReencoder()
  var writer = ByteWriter(capacity: 1)
  try? reencoder.appendMessagePack(document.span, to: &writer)
}

/// A style may refuse what another takes, but only for these reasons.
func checkOnlyStyleRefuses(
  _ error: JSONReencodeError,
  _ first: Result<[UInt8], JSONReencodeError>
) {
  guard case .success = first else { return }
  switch error {
  case .loneSurrogate, .notFinite: break
  default: preconditionFailure("\(error) in one style only")
  }
}

func checkText(_ text: [UInt8]) {
  let isValid = String(validating: text, as: UTF8.self) != nil
  for style in styles {
    var writer = ByteWriter(capacity: 1)
    let isWritten = writer.appendJSONString(text.span, style.escapes)
    precondition(isWritten == isValid, "exactly valid UTF-8 is written")
    let literal = bytes(of: writer)
    if isWritten {
      precondition(reencode(literal, style) == .success(literal), "a written text is a document")
    } else {
      precondition(literal.isEmpty, "nothing is written for a refused text")
    }
  }
}

func reencode(_ document: [UInt8], _ style: JSONStyle) -> Result<[UInt8], JSONReencodeError> {
  var reencoder = JSONReencoder()
  var writer = ByteWriter(capacity: 1)
  do {
    try reencoder.append(document.span, to: &writer, as: style)
    return .success(bytes(of: writer))
  } catch {
    return .failure(error)
  }
}

func bytes(of writer: borrowing ByteWriter) -> [UInt8] {
  let span = writer.span
  return span.indices.map { span[$0] }
}
