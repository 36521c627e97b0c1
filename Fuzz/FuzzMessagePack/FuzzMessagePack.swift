import MoltBytes
import MoltMessagePack
import MoltTape

/// The entry of libFuzzer: every input is read on each way there is.
///
/// What the parser reads, the stream must read alike; what was written must read as the same, and
/// every error must name a place in the input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzMessagePack(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // A copy of exactly this size, so that AddressSanitizer sees a read past its end.
  let input = Array(UnsafeBufferPointer(start: start, count: count))
  let parsed = parsedAndWritten(input)
  let streamed = streamed(input)
  precondition(parsed == streamed, "the tape and the stream mean the same")
  switch parsed {
  case .success(let bytes):
    precondition(parsedAndWritten(bytes) == .success(bytes), "a written document is stable")
    checkSkipping(input)
  case .failure(let error):
    precondition(error.offset >= 0 && error.offset <= count, "the offset is inside")
  }
  checkUniqueKeys(input)
  return 0
}

func parsedAndWritten(_ input: [UInt8]) -> Result<[UInt8], MessagePackError> {
  var parser = MessagePackParser()
  do {
    let document = try parser.parse(input.span)
    var sink = MessagePackSink(appendingTo: ByteWriter(capacity: 1))
    must((try? document.root.write(to: &sink)) != nil)
    must((try? sink.finish()) != nil)
    return .success(array(sink.bytes))
  } catch {
    return .failure(error)
  }
}

func streamed(_ input: [UInt8]) -> Result<[UInt8], MessagePackError> {
  var reader = MessagePackReader(input.span)
  var sink = MessagePackSink(appendingTo: ByteWriter(capacity: 1))
  do throws(TranscodingError<MessagePackError, MessagePackWriteError>) {
    try reader.writeValue(to: &sink)
    must((try? sink.finish()) != nil)
  } catch {
    guard case .reading(let error) = error else { preconditionFailure("its own kind has room") }
    return .failure(error)
  }
  guard reader.isAtEnd else { return .failure(.trailingData(offset: reader.offset)) }
  return .success(array(sink.bytes))
}

func checkSkipping(_ input: [UInt8]) {
  var reader = MessagePackReader(input.span)
  must((try? reader.skipValue()) != nil)
  precondition(reader.isAtEnd, "what is read is skipped")
}

func checkUniqueKeys(_ input: [UInt8]) {
  var parser = MessagePackParser()
  parser.limits.uniqueKeys = true
  do { _ = try parser.parse(input.span).wordCount } catch {
    precondition(error.offset >= 0 && error.offset <= input.count, "the offset is inside")
  }
}

func array(_ span: Span<UInt8>) -> [UInt8] { span.indices.map { span[$0] } }

/// What cannot fail on well-formed input.
func must(_ isDone: Bool) { precondition(isDone, "what is well-formed is handled") }
