import Foundation
import MoltJSON

/// Decodes types with ours.
struct DecodeJSON<Value: Summed>: Work, ~Copyable {
  private var decoder = MoltJSONDecoder()

  init(_ bytes: [UInt8]) {}

  mutating func call(_ bytes: Span<UInt8>) throws {
    keep(try decoder.decode(Value.self, from: bytes))
  }

  mutating func show(_ bytes: Span<UInt8>) throws -> [UInt8] {
    digits(try decoder.decode(Value.self, from: bytes).sum)
  }
}

/// Encodes types with ours.
struct EncodeJSON<Value: Summed>: Work, ~Copyable {
  private let value: Value
  private let encoder = MoltJSONEncoder()

  init(_ bytes: [UInt8]) throws {
    value = try JSONDecoder().decode(Value.self, from: Data(bytes))
  }

  mutating func call(_ bytes: Span<UInt8>) throws { keep(try encoder.encode(value)) }

  mutating func show(_ bytes: Span<UInt8>) throws -> [UInt8] { try encoder.encode(value) }
}

/// Decodes types with Foundation.
struct DecodeJSONWithFoundation<Value: Summed>: Work, ~Copyable {
  private let data: Data
  private let decoder = JSONDecoder()

  init(_ bytes: [UInt8]) { data = Data(bytes) }

  mutating func call(_ bytes: Span<UInt8>) throws {
    keep(try decoder.decode(Value.self, from: data))
  }

  mutating func show(_ bytes: Span<UInt8>) throws -> [UInt8] {
    digits(try decoder.decode(Value.self, from: data).sum)
  }
}

/// Encodes types with Foundation.
struct EncodeJSONWithFoundation<Value: Summed>: Work, ~Copyable {
  private let value: Value
  private let encoder = JSONEncoder()

  init(_ bytes: [UInt8]) throws {
    value = try JSONDecoder().decode(Value.self, from: Data(bytes))
  }

  mutating func call(_ bytes: Span<UInt8>) throws { keep(try encoder.encode(value)) }

  mutating func show(_ bytes: Span<UInt8>) throws -> [UInt8] { Array(try encoder.encode(value)) }
}

/// Reads a document into Foundation's objects.
struct ParseJSONWithFoundation: Work, ~Copyable {
  private let data: Data

  init(_ bytes: [UInt8]) { data = Data(bytes) }

  mutating func call(_ bytes: Span<UInt8>) throws {
    keep(try JSONSerialization.jsonObject(with: data))
  }

  mutating func show(_ bytes: Span<UInt8>) throws -> [UInt8] {
    digits(objectCount(try JSONSerialization.jsonObject(with: data)))
  }

  private func objectCount(_ object: Any) -> Int {
    switch object {
    case let array as [Any]: array.reduce(1) { $0 + objectCount($1) }
    case let map as [String: Any]: map.values.reduce(1) { $0 + objectCount($1) }
    default: 1
    }
  }
}
