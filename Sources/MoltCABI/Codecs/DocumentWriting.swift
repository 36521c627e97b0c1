internal import CMolt
internal import MoltBytes
internal import MoltCBOR
internal import MoltErrors
internal import MoltJSON
internal import MoltMessagePack
internal import MoltTape

/// Writes a value into an answer's memory; the answer is empty after a throw.
func writeDocument(
  _ value: TapeValue,
  as format: DocumentFormat,
  _ options: WriteOptions,
  to answer: UnsafeMutablePointer<molt_answer>
) throws(MoltError) {
  let handle = unsafe answerHandle(of: answer)
  handle.writer.removeAll()
  // A sink owns its writer, and one that throws takes it with it.
  let writer = exchange(&handle.writer, with: ByteWriter(capacity: 1))
  defer { unsafe write(handle, rowCount: 0, to: answer) }
  switch format {
  case .json: handle.writer = try writeJSON(value, options, writer)
  case .messagePack: handle.writer = try writeMessagePack(value, options, writer)
  case .cbor: handle.writer = try writeCBOR(value, options, writer)
  }
}

private func writeJSON(
  _ value: TapeValue,
  _ options: WriteOptions,
  _ writer: consuming ByteWriter
) throws(MoltError) -> ByteWriter {
  do throws(JSONWriteError) {
    var sink = JSONSink(options.json, appendingTo: writer)
    try value.write(to: &sink)
    sink.finish()
    return sink.takeWriter()
  } catch {
    throw MoltError(.invalidInput, error.message)
  }
}

private func writeMessagePack(
  _ value: TapeValue,
  _ options: WriteOptions,
  _ writer: consuming ByteWriter
) throws(MoltError) -> ByteWriter {
  do throws(MessagePackWriteError) {
    var sink = MessagePackSink(options.messagePack, appendingTo: writer)
    try value.write(to: &sink)
    return try sink.takeWriter()
  } catch {
    throw MoltError(.invalidInput, error.message)
  }
}

private func writeCBOR(
  _ value: TapeValue,
  _ options: WriteOptions,
  _ writer: consuming ByteWriter
) throws(MoltError) -> ByteWriter {
  do throws(CBORWriteError) {
    var sink = CBORSink(options.cbor, appendingTo: writer)
    try value.write(to: &sink)
    return try sink.takeWriter()
  } catch {
    throw MoltError(.invalidInput, error.message)
  }
}
