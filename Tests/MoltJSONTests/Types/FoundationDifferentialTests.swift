import Foundation
import MoltJSON
import MoltTape
import MoltTestKit
import Testing

/// Foundation's codecs and Molt's, on generated values of many types.
@Suite("Types beside Foundation")
struct FoundationDifferentialTests {
  let seed = PythonOracle.seed
  let count = 300

  var sorted: JSONWriteOptions {
    var options = JSONWriteOptions()
    options.keyOrder = .codePoints
    return options
  }

  @Test("are written alike, and each reads what the other wrote")
  func roundTrips() throws {
    var generator = SeededGenerator(seed)
    let encoder = MoltJSONEncoder()
    let sortingEncoder = MoltJSONEncoder(sorted)
    var decoder = MoltJSONDecoder()
    let reference = JSONEncoder()
    reference.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    for index in 0..<count {
      let value = CodableZoo(using: &generator)
      let expected = try reference.encode(value)
      #expect(try sortingEncoder.encode(value) == [UInt8](expected), "seed \(seed), \(index)")
      let written = try encoder.encode(value)
      #expect(try decoder.decode(CodableZoo.self, from: written.span) == value)
      #expect(try decoder.decode(CodableZoo.self, from: [UInt8](expected).span) == value)
      #expect(try JSONDecoder().decode(CodableZoo.self, from: Data(written)) == value)
    }
  }

  @Test("are refused alike, with the same path, where a document is not theirs")
  func mistakes() throws {
    var generator = SeededGenerator(seed &+ 1)
    let encoder = MoltJSONEncoder()
    var decoder = MoltJSONDecoder()
    var refused = 0
    for index in 0..<count {
      let original = try encoder.encode(CodableZoo(using: &generator))
      var document = try decoder.decode(Document.self, from: original.span)
      // Once: of two mistakes in an object, Foundation may meet either first.
      document.spoil(&generator)
      let bytes = try encoder.encode(document)
      let expected = outcome(of: bytes)
      let found = outcome(of: bytes, &decoder)
      #expect(
        found == expected,
        "seed \(seed), \(index): \(String(decoding: bytes, as: UTF8.self))"
      )
      if case .refused = found { refused += 1 }
    }
    #expect(refused > count / 4, "seed \(seed)")
  }

  private func outcome(of bytes: [UInt8]) -> Outcome {
    do {
      return .value(try JSONDecoder().decode(CodableZoo.self, from: Data(bytes)))
    } catch {
      return Outcome(error)
    }
  }

  private func outcome(of bytes: [UInt8], _ decoder: inout MoltJSONDecoder) -> Outcome {
    do {
      return .value(try decoder.decode(CodableZoo.self, from: bytes.span))
    } catch {
      return Outcome(error)
    }
  }

  @Test("have keys in snake case alike")
  func snakeCase() throws {
    var options = EncodingOptions()
    options.keys = .toSnakeCase
    let encoder = MoltJSONEncoder(sorted, options: options)
    var decoding = DecodingOptions()
    decoding.keys = .fromSnakeCase
    var decoder = MoltJSONDecoder(options: decoding)
    let reference = JSONEncoder()
    reference.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    reference.keyEncodingStrategy = .convertToSnakeCase
    let value = Naming(
      imageUrl: "a",
      pairs: ["innerKey": 1, "inner_key": 2],
      inner: [Naming.Inner(oneTwo: 1)],
      late: ["lateKey": 1]
    )
    let written = try encoder.encode(value)
    #expect(written == [UInt8](try reference.encode(value)))
    #expect(try decoder.decode(Naming.self, from: written.span) == value)
  }

  struct Naming: Codable, Equatable {
    var imageUrl: String
    var pairs: [String: Int]
    var inner: [Inner]
    var late: [String: Int]

    struct Inner: Codable, Equatable { var oneTwo: Int }
  }
}

/// What came of decoding a value.
private enum Outcome: Equatable {
  case value(CodableZoo)
  case refused(String, [String])

  init(_ error: any Error) {
    func path(_ context: DecodingError.Context) -> [String] {
      context.codingPath.map(\.stringValue)
    }
    self =
      switch error as? DecodingError {
      case .typeMismatch(_, let context): .refused("mismatch", path(context))
      // To Foundation a null is no boolean, but no value where it expects anything else.
      case .valueNotFound(let type, let context) where type == Bool.self:
        .refused("mismatch", path(context))
      case .valueNotFound(_, let context): .refused("null", path(context))
      // Foundation takes a super decoder that is not there for a null.
      case .keyNotFound(let key, let context) where key.stringValue == "super":
        .refused("null", path(context) + ["super"])
      case .keyNotFound(let key, let context):
        .refused("missing \(key.stringValue)", path(context))
      // Foundation leaves out the path to a number that does not fit.
      case .dataCorrupted: .refused("corrupted", [])
      default: .refused("\(error)", [])
      }
  }
}

/// Any document, to be changed somewhere.
private enum Document: Codable {
  case null
  case boolean(Bool)
  case integer(Int64)
  case unsigned(UInt64)
  case double(Double)
  case text(String)
  case array([Document])
  case map([String: Document])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .boolean(value)
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(UInt64.self) {
      self = .unsigned(value)
    } else if let value = try? container.decode(Double.self) {
      self = .double(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode([Document].self) {
      self = .array(value)
    } else {
      self = .map(try container.decode([String: Document].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .boolean(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .unsigned(let value): try container.encode(value)
    case .double(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .array(let value): try container.encode(value)
    case .map(let value): try container.encode(value)
    }
  }

  /// Puts something else in the place of one value, or takes a pair or element away.
  mutating func spoil(_ generator: inout SeededGenerator) {
    let goesOn = Int.random(in: 0..<4, using: &generator) > 0
    switch self {
    case .array(var values) where goesOn && !values.isEmpty:
      let index = Int.random(in: 0..<values.count, using: &generator)
      if Int.random(in: 0..<8, using: &generator) == 0 {
        values.remove(at: index)
      } else {
        values[index].spoil(&generator)
      }
      self = .array(values)
    case .map(var pairs) where goesOn && !pairs.isEmpty:
      let keys = pairs.keys.sorted()
      let key = keys[Int.random(in: 0..<keys.count, using: &generator)]
      if Int.random(in: 0..<8, using: &generator) == 0 {
        pairs[key] = nil
      } else {
        pairs[key]?.spoil(&generator)
      }
      self = .map(pairs)
    default:
      let others: [Document] = [
        .null, .boolean(true), .integer(-1), .integer(300), .unsigned(.max), .double(1.5),
        .text("text"), .array([]), .array([.integer(1)]), .map([:]), .map(["a": .null]),
      ]
      self = others[Int.random(in: 0..<others.count, using: &generator)]
    }
  }
}
