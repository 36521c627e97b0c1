import MoltBytes
import MoltCBOR
import MoltTape

/// The entry of libFuzzer: every input is read on each way there is.
///
/// What the parser reads, the stream must read alike; what was written must read as the same, be
/// deterministic if that was asked, and every error must name a place in the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCBOR(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // A copy of exactly this size, so that AddressSanitizer sees a read past its end.
  let input = Array(UnsafeBufferPointer(start: start, count: count))
  let parsed = parsedAndWritten(input)
  switch (parsed, streamed(input)) {
  case (.success(let bytes), .success):
    precondition(parsedAndWritten(bytes) == .success(bytes), "a written document is stable")
    checkSkipping(input)
    checkDeterminism(bytes)
  case (.failure(let error), .failure(let other)):
    precondition(error == other, "the tape and the stream fail alike")
    precondition(error.offset >= 0 && error.offset <= count, "the offset is inside")
  default: preconditionFailure("the tape and the stream mean the same")
  }
  checkLimits(input)
  return 0
}

func parsedAndWritten(
  _ input: [UInt8],
  _ options: CBOROptions = CBOROptions()
) -> Result<[UInt8], CBORError> {
  var parser = CBORParser()
  do {
    let document = try parser.parse(input.span)
    var sink = CBORSink(options, appendingTo: ByteWriter(capacity: 1))
    // A decimal fraction may be beyond what the sink writes, a sorted map have a key twice.
    do { try document.root.write(to: &sink) } catch { return .success([0xF6]) }
    do { try sink.finish() } catch { return .success([0xF6]) }
    return .success(array(sink.bytes))
  } catch {
    return .failure(error)
  }
}

func streamed(_ input: [UInt8]) -> Result<[UInt8], CBORError> {
  var reader = CBORReader(input.span)
  var sink = CBORSink(appendingTo: ByteWriter(capacity: 1))
  do throws(TranscodingError<CBORError, CBORWriteError>) {
    try reader.writeValue(to: &sink)
  } catch {
    switch error {
    case .reading(let error): return .failure(error)
    case .writing: return parsedAndWritten(input)
    }
  }
  guard reader.isAtEnd else { return .failure(.trailingData(offset: reader.offset)) }
  return .success(array(sink.bytes))
}

func checkSkipping(_ input: [UInt8]) {
  var reader = CBORReader(input.span)
  must((try? reader.skipValue()) != nil)
  precondition(reader.isAtEnd, "what is read is skipped")
  var writer = ByteWriter(capacity: 1)
  for showsEncoding in [false, true] {
    must((try? writer.appendCBOR(diagnosticOf: input.span, showsEncoding: showsEncoding)) != nil)
  }
}

func checkDeterminism(_ bytes: [UInt8]) {
  for order in [CBORKeyOrder.bytewise, .lengthFirst] {
    guard case .success(let sorted) = parsedAndWritten(bytes, .deterministic(order)) else {
      preconditionFailure("what was written is read")
    }
    var parser = CBORParser()
    parser.limits.determinism = order
    do { _ = try parser.parse(sorted.span).wordCount } catch {
      preconditionFailure("sorted is deterministic")
    }
  }
}

func checkLimits(_ input: [UInt8]) {
  var parser = CBORParser()
  parser.limits.uniqueKeys = true
  parser.limits.determinism = .bytewise
  do { _ = try parser.parse(input.span).wordCount } catch {
    precondition(error.offset >= 0 && error.offset <= input.count, "the offset is inside")
  }
}

func array(_ span: Span<UInt8>) -> [UInt8] { span.indices.map { span[$0] } }

/// What cannot fail on well-formed input.
func must(_ isDone: Bool) { precondition(isDone, "what is well-formed is handled") }
