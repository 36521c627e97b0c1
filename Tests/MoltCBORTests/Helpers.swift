import MoltBytes
import MoltCBOR
import MoltTape

/// The bytes that hexadecimal digits stand for; spaces are skipped.
func octets(_ hex: String) -> [UInt8] {
  let digits = hex.filter { $0 != " " }
  return stride(from: 0, to: digits.count, by: 2).compactMap { index in
    let start = digits.index(digits.startIndex, offsetBy: index)
    return UInt8(digits[start..<digits.index(start, offsetBy: 2)], radix: 16)
  }
}

/// What a writer holds, as hexadecimal digits.
func hex(_ bytes: [UInt8]) -> String {
  bytes.map { byte in
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "0" + digits : digits
  }.joined()
}

func array(_ span: Span<UInt8>) -> [UInt8] { span.indices.map { span[$0] } }

/// A document read onto the tape and written again.
func rewritten(
  _ bytes: [UInt8],
  limits: CBORLimits = CBORLimits(),
  options: CBOROptions = CBOROptions()
) throws -> [UInt8] {
  var parser = CBORParser(limits: limits)
  let document = try parser.parse(bytes.span)
  var sink = CBORSink(options)
  try document.root.write(to: &sink)
  try sink.finish()
  return array(sink.bytes)
}

/// A document in diagnostic notation.
func diagnostic(of bytes: [UInt8], showsEncoding: Bool = false) throws -> String {
  var writer = ByteWriter()
  try writer.appendCBOR(diagnosticOf: bytes.span, showsEncoding: showsEncoding)
  return String(decoding: array(writer.span), as: UTF8.self)
}

/// Whether `body` throws because the input ended.
func isEndOfInput<Value>(_ body: () throws -> Value) -> Bool {
  do {
    _ = try body()
    return false
  } catch CBORError.endOfInput {
    return true
  } catch {
    return false
  }
}

/// The error that parsing throws, if it does.
func parseError(_ bytes: [UInt8], limits: CBORLimits = CBORLimits()) -> CBORError? {
  var parser = CBORParser(limits: limits)
  do {
    _ = try parser.parse(bytes.span).wordCount
    return nil
  } catch {
    return error
  }
}
