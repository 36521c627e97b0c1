import MoltBytes
import MoltMessagePack

/// A MessagePack value written as a literal, so that the tests can spell out encoded shapes.
indirect enum Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, Sendable
{
  case null
  case boolean(Bool)
  case integer(Int64)
  case text(String)
  case list([Value])
  case map([(String, Value)])

  init(nilLiteral: ()) { self = .null }
  init(booleanLiteral value: Bool) { self = .boolean(value) }
  init(integerLiteral value: Int64) { self = .integer(value) }
  init(stringLiteral value: String) { self = .text(value) }
  init(arrayLiteral elements: Value...) { self = .list(elements) }
  init(dictionaryLiteral elements: (String, Value)...) { self = .map(elements) }

  /// The MessagePack bytes.
  var encoded: [UInt8] {
    var writer = ByteWriter()
    append(to: &writer)
    let span = writer.span
    return span.indices.map { span[$0] }
  }

  private func append(to writer: inout ByteWriter) {
    switch self {
    case .null: writer.appendMessagePackNil()
    case .boolean(let value): writer.appendMessagePack(value)
    case .integer(let value): writer.appendMessagePack(value)
    case .text(let value): writer.appendMessagePack(text: value)
    case .list(let values):
      writer.appendMessagePackArrayHeader(values.count)
      for value in values { value.append(to: &writer) }
    case .map(let pairs):
      writer.appendMessagePackMapHeader(pairs.count)
      for (key, value) in pairs {
        writer.appendMessagePack(text: key)
        value.append(to: &writer)
      }
    }
  }
}
