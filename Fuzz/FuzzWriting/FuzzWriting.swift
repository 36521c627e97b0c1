import MoltBytes
import MoltCBOR
import MoltJSON
import MoltMessagePack
import MoltTape

/// The entry of libFuzzer: what an input is in one of the formats is written in all of them, and in
/// every form of JSON, and must mean the same when it is read again.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzWriting(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // A copy of exactly this size, so that AddressSanitizer sees a read past its end.
  let input = Array(UnsafeBufferPointer(start: start, count: count))
  var json = JSONParser()
  if let document = try? json.parse(input.span) {
    checkForms(document.root)
    checkBinary(document.root)
  }
  var messagePack = MessagePackParser()
  if let document = try? messagePack.parse(input.span) { checkForms(document.root) }
  var cbor = CBORParser()
  if let document = try? cbor.parse(input.span) { checkForms(document.root) }
  return 0
}

/// Forms of JSON that have room for every document.
let forms = {
  var forms: [JSONWriteOptions] = []
  for escapes in [JSONEscapes.utf8, .ascii, .drf] {
    for layout in [JSONWriteOptions.Layout.compact, .spaced, .spaces(0), .spaces(3), .tabs(1)] {
      var form = JSONWriteOptions.converting
      form.escapes = escapes
      form.layout = layout
      forms.append(form)
    }
  }
  return forms
}()

/// All forms have the same meaning, and canonical form the same bytes.
func checkForms(_ value: TapeValue) {
  guard let first = written(value, forms[0]) else {
    return precondition(forms.allSatisfy { written(value, $0) == nil }, "one form only has room")
  }
  let expected = canonical(first)
  for form in forms {
    guard let text = written(value, form) else { preconditionFailure("one form has no room") }
    precondition(rewritten(text, forms[0]) == first, "what is written means the same")
    precondition(rewritten(text, form) == text, "a written document is stable")
    precondition(canonical(text) == expected, "the canonical form is the same")
  }
  if let expected {
    precondition(canonical(expected) == expected, "the canonical form is canonical")
  }
}

/// A document of JSON loses nothing on its way through the other formats; only a number that 64 bits
/// do not hold may come back in another notation.
func checkBinary(_ value: TapeValue) {
  guard let text = written(value, forms[0]) else { preconditionFailure("JSON has room for JSON") }
  for pass in [throughMessagePack, throughCBOR] {
    guard let there = pass(value) else { continue }
    precondition(there == text || hasLongNumber(value), "the document means the same")
    var parser = JSONParser()
    guard let document = try? parser.parse(there.span) else { preconditionFailure("not JSON") }
    precondition(pass(document.root) == there, "the second time changes nothing")
  }
}

func throughMessagePack(_ value: TapeValue) -> [UInt8]? {
  var sink = MessagePackSink(appendingTo: ByteWriter(capacity: 1))
  guard (try? value.write(to: &sink)) != nil, (try? sink.finish()) != nil else { return nil }
  var parser = MessagePackParser()
  guard let document = try? parser.parse(sink.bytes) else { preconditionFailure("not read") }
  return written(document.root, forms[0])
}

func throughCBOR(_ value: TapeValue) -> [UInt8]? {
  var sink = CBORSink(appendingTo: ByteWriter(capacity: 1))
  guard (try? value.write(to: &sink)) != nil, (try? sink.finish()) != nil else { return nil }
  var parser = CBORParser()
  guard let document = try? parser.parse(sink.bytes) else { preconditionFailure("not read") }
  return written(document.root, forms[0])
}

/// Whether there is a number in a document that 64 bits do not hold.
func hasLongNumber(_ value: TapeValue) -> Bool {
  var index = value.index
  let end = value.memory.end(of: index)
  while index < end {
    let word = value.memory.word(index)
    if word.kind == .number { return true }
    index += word.wordCount
  }
  return false
}

/// The value in a form; nil when JSON has no room for it.
func written(_ value: TapeValue, _ form: JSONWriteOptions) -> [UInt8]? {
  var sink = JSONSink(form, appendingTo: ByteWriter(capacity: 1))
  guard (try? value.write(to: &sink)) != nil else { return nil }
  sink.finish()
  return sink.bytes.indices.map { sink.bytes[$0] }
}

/// A document that was written, in another form.
func rewritten(_ text: [UInt8], _ form: JSONWriteOptions) -> [UInt8]? {
  var parser = JSONParser()
  guard let document = try? parser.parse(text.span) else { preconditionFailure("not JSON") }
  return written(document.root, form)
}

/// RFC 8785; nil for numbers that ECMAScript lacks and keys that stand twice.
func canonical(_ text: [UInt8]) -> [UInt8]? { rewritten(text, .canonical) }
