import MoltBytes
import MoltCBOR
import MoltJSON
import MoltMessagePack
import MoltTape

/// Writes a document as JSON, into memory that is used again.
struct WriteJSON: Work, ~Copyable {
  private let document: OwnedDocument
  private var memory: ByteWriter? = ByteWriter()

  init(_ bytes: [UInt8]) throws {
    var parser = JSONParser()
    document = OwnedDocument(copying: try parser.parse(bytes.span))
  }

  mutating func call(_ bytes: Span<UInt8>) throws { memory = try write(emptied(&memory)) }

  mutating func show(_ bytes: Span<UInt8>) throws -> [UInt8] {
    let writer = try write(ByteWriter())
    return array(writer.span)
  }

  private func write(_ writer: consuming ByteWriter) throws -> ByteWriter {
    try document.document.root.appendJSON(to: &writer)
    return writer
  }
}

/// Writes a document as MessagePack, into memory that is used again.
struct WriteMessagePack: Work, ~Copyable {
  private let document: OwnedDocument
  private var memory: ByteWriter? = ByteWriter()

  init(_ bytes: [UInt8]) throws {
    var parser = MessagePackParser()
    document = OwnedDocument(copying: try parser.parse(bytes.span))
  }

  mutating func call(_ bytes: Span<UInt8>) throws { memory = try write(emptied(&memory)) }

  mutating func show(_ bytes: Span<UInt8>) throws -> [UInt8] {
    let writer = try write(ByteWriter())
    return array(writer.span)
  }

  private func write(_ writer: consuming ByteWriter) throws -> ByteWriter {
    var sink = MessagePackSink(appendingTo: writer)
    try document.document.root.write(to: &sink)
    return try sink.takeWriter()
  }
}

/// Writes a document as CBOR, into memory that is used again.
struct WriteCBOR: Work, ~Copyable {
  private let document: OwnedDocument
  private var memory: ByteWriter? = ByteWriter()

  init(_ bytes: [UInt8]) throws {
    var parser = CBORParser()
    document = OwnedDocument(copying: try parser.parse(bytes.span))
  }

  mutating func call(_ bytes: Span<UInt8>) throws { memory = try write(emptied(&memory)) }

  mutating func show(_ bytes: Span<UInt8>) throws -> [UInt8] {
    let writer = try write(ByteWriter())
    return array(writer.span)
  }

  private func write(_ writer: consuming ByteWriter) throws -> ByteWriter {
    var sink = CBORSink(appendingTo: writer)
    try document.document.root.write(to: &sink)
    return try sink.takeWriter()
  }
}

/// The memory of the call before; new after one that failed.
private func emptied(_ memory: inout ByteWriter?) -> ByteWriter {
  guard var writer = memory.take() else { return ByteWriter() }
  writer.removeAll()
  return writer
}

/// A copy of the bytes.
func array(_ span: Span<UInt8>) -> [UInt8] {
  Array(unsafeUninitializedCapacity: span.count) { buffer, count in
    for index in span.indices { buffer[index] = span[index] }
    count = span.count
  }
}
