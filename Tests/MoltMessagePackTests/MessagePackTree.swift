import MoltBytes
import MoltMessagePack

/// A whole MessagePack document as a value, for tests to compare.
indirect enum MessagePackTree: Equatable {
  case null, boolean(Bool), integer(Int64), unsigned(UInt64), float(Double)
  case text(String), binary([UInt8]), array([MessagePackTree]), `extension`
  case map([[MessagePackTree]])

  /// Decodes the one document that fills `bytes`.
  init(_ bytes: [UInt8]) throws(MessagePackError) {
    var reader = MessagePackReader(bytes.span)
    self = try Self.read(&reader)
    precondition(reader.isAtEnd, "bytes follow the document")
  }

  static func read(_ reader: inout MessagePackReader) throws(MessagePackError) -> Self {
    switch try reader.peekKind() {
    case .nil:
      try reader.readNil()
      return .null
    case .boolean: return .boolean(try reader.readBoolean())
    case .integer:
      if let value = try? reader.readInt64() { return .integer(value) }
      return .unsigned(try reader.readUInt64())
    case .float: return .float(try reader.readDouble())
    case .text: return .text(try reader.readTextString())
    case .binary:
      let span = try reader.readBinary()
      return .binary(span.indices.map { span[$0] })
    case .array:
      var items: [Self] = []
      for _ in 0..<(try reader.readArrayCount()) { items.append(try read(&reader)) }
      return .array(items)
    case .map:
      var pairs: [[Self]] = []
      for _ in 0..<(try reader.readMapCount()) {
        pairs.append([try read(&reader), try read(&reader)])
      }
      return .map(pairs)
    case .extension:
      try reader.skipValue()
      return .extension
    }
  }

  /// The document in its smallest encoding.
  var encoded: [UInt8] {
    var writer = ByteWriter()
    append(to: &writer)
    return bytes(of: writer)
  }

  private func append(to writer: inout ByteWriter) {
    switch self {
    case .null: writer.appendMessagePackNil()
    case .boolean(let value): writer.appendMessagePack(value)
    case .integer(let value): writer.appendMessagePack(value)
    case .unsigned(let value): writer.appendMessagePack(value)
    case .float(let value): writer.appendMessagePack(value)
    case .text(let value): writer.appendMessagePack(text: value)
    case .binary(let value): writer.appendMessagePack(binary: value.span)
    case .array(let items):
      writer.appendMessagePackArrayHeader(items.count)
      for item in items { item.append(to: &writer) }
    case .map(let pairs):
      writer.appendMessagePackMapHeader(pairs.count)
      for item in pairs.joined() { item.append(to: &writer) }
    case .extension: preconditionFailure("extensions are never written")
    }
  }
}

/// What a writer holds, as an array.
func bytes(of writer: borrowing ByteWriter) -> [UInt8] {
  let span = writer.span
  return span.indices.map { span[$0] }
}
