import MoltBytes
import MoltCBOR
import MoltJSON
import MoltMessagePack
import MoltTape

/// Parses onto the tape; shows how many values there are.
struct ParseJSON: Work, ~Copyable {
  private var parser = JSONParser()

  init(_ bytes: [UInt8]) {}

  mutating func call(_ bytes: Span<UInt8>) throws {
    let document = try parser.parse(bytes)
    keep(document.wordCount)
  }

  mutating func show(_ bytes: Span<UInt8>) throws -> [UInt8] {
    let document = try parser.parse(bytes)
    return digits(try valueCount(document.root))
  }
}

/// The same for MessagePack.
struct ParseMessagePack: Work, ~Copyable {
  var parser = MessagePackParser()

  init(_ bytes: [UInt8]) {}

  mutating func call(_ bytes: Span<UInt8>) throws {
    let document = try parser.parse(bytes)
    keep(document.wordCount)
  }

  mutating func show(_ bytes: Span<UInt8>) throws -> [UInt8] {
    let document = try parser.parse(bytes)
    return digits(try valueCount(document.root))
  }
}

/// The same without a look at the texts, as the peers do it.
struct ParseUncheckedMessagePack: Work, ~Copyable {
  private var parsing: ParseMessagePack

  init(_ bytes: [UInt8]) {
    parsing = ParseMessagePack(bytes)
    parsing.parser.limits.checksUTF8 = false
  }

  mutating func call(_ bytes: Span<UInt8>) throws { try parsing.call(bytes) }
  mutating func show(_ bytes: Span<UInt8>) throws -> [UInt8] { try parsing.show(bytes) }
}

/// The same for CBOR.
struct ParseCBOR: Work, ~Copyable {
  private var parser = CBORParser()

  init(_ bytes: [UInt8]) {}

  mutating func call(_ bytes: Span<UInt8>) throws {
    let document = try parser.parse(bytes)
    keep(document.wordCount)
  }

  mutating func show(_ bytes: Span<UInt8>) throws -> [UInt8] {
    let document = try parser.parse(bytes)
    return digits(try valueCount(document.root))
  }
}

/// Reads a document without keeping anything of it.
struct ValidateJSON: Work, ~Copyable {
  private var parser = JSONParser()

  init(_ bytes: [UInt8]) {}

  mutating func call(_ bytes: Span<UInt8>) throws { try parser.validate(bytes) }

  mutating func show(_ bytes: Span<UInt8>) throws -> [UInt8] {
    try call(bytes)
    return Array("valid".utf8)
  }
}

/// Copies a document without its white space.
struct MinifyJSON: Work, ~Copyable {
  private var parser = JSONParser()
  private var writer = ByteWriter()

  init(_ bytes: [UInt8]) {}

  mutating func call(_ bytes: Span<UInt8>) throws {
    writer.removeAll()
    try parser.minify(bytes, into: &writer)
  }

  mutating func show(_ bytes: Span<UInt8>) throws -> [UInt8] {
    try call(bytes)
    return array(writer.span)
  }
}

/// How many values stand at and below one; keys do not count.
private func valueCount(_ value: TapeValue) throws -> Int {
  var count = 1
  switch value.kind {
  case .array:
    var elements = try value.array().makeIterator()
    while let element = elements.next() { count += try valueCount(element) }
  case .map:
    var pairs = try value.map().makeIterator()
    while let pair = pairs.next() { count += try valueCount(pair.value) }
  default: break
  }
  return count
}
