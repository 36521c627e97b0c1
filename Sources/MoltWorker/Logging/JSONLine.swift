internal import Logging

/// One JSON object, written key by key.
struct JSONLine {
  private var bytes: [UInt8] = [UInt8(ascii: "{")]

  /// Appends a key with a text.
  mutating func append(_ key: String, text: String) {
    appendKey(key)
    append(quoting: text)
  }

  /// Appends a key with a metadata value: integers as numbers, lists and maps as such, all else as
  /// text.
  mutating func append(_ key: String, _ value: Logger.MetadataValue) {
    appendKey(key)
    append(value)
  }

  /// Ends the object and gives its bytes.
  consuming func finish() -> [UInt8] {
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }

  private mutating func append(_ value: Logger.MetadataValue) {
    switch value {
    case .string(let text): append(quoting: text)
    case .stringConvertible(let value):
      if value is any BinaryInteger {
        bytes.append(contentsOf: value.description.utf8)
      } else {
        append(quoting: value.description)
      }
    case .array(let items):
      append(items, between: "[", and: "]") { line, item in line.append(item) }
    case .dictionary(let items):
      append(items.sorted { $0.key < $1.key }, between: "{", and: "}") { line, item in
        line.append(quoting: item.key)
        line.bytes.append(UInt8(ascii: ":"))
        line.append(item.value)
      }
    }
  }

  private mutating func append<Item>(
    _ items: [Item],
    between opening: Unicode.Scalar,
    and closing: Unicode.Scalar,
    _ append: (inout JSONLine, Item) -> Void
  ) {
    bytes.append(UInt8(ascii: opening))
    for (index, item) in items.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      append(&self, item)
    }
    bytes.append(UInt8(ascii: closing))
  }

  private mutating func appendKey(_ key: String) {
    if bytes.count > 1 { bytes.append(UInt8(ascii: ",")) }
    append(quoting: key)
    bytes.append(UInt8(ascii: ":"))
  }

  private mutating func append(quoting text: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0..<0x20, 0x7F:
        let digits = Array("0123456789abcdef".utf8)
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(digits[Int(byte >> 4)])
        bytes.append(digits[Int(byte & 15)])
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
