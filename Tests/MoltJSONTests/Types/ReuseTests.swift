import MoltJSON
import MoltTape
import Testing

/// Coders lend their containers again; nobody may notice.
@Suite("Containers that are used again")
struct ReuseTests {
  enum Keys: String, CodingKey { case a, b }

  /// Keeps its container, and its decoder so that the document stays.
  struct Keeper: Decodable {
    let decoder: any Decoder
    let container: KeyedDecodingContainer<Keys>
    init(from decoder: any Decoder) throws {
      self.decoder = decoder
      container = try decoder.container(keyedBy: Keys.self)
    }
  }

  struct Tree: Codable, Equatable {
    var a: Int
    var b: [Tree]

    static func chain(_ depth: Int) -> Tree {
      var tree = Tree(a: 0, b: [])
      for level in 1...depth { tree = Tree(a: level, b: [tree, Tree(a: -level, b: [])]) }
      return tree
    }
  }

  @Test("belong to their own map when many are kept")
  func keptDecoding() throws {
    let text = "[" + (0..<200).map { "{\"a\":\($0),\"b\":\"\($0)\"}" }.joined(separator: ",") + "]"
    var decoder = MoltJSONDecoder()
    for _ in 0..<3 {
      let keepers = try decoder.decode([Keeper].self, from: text)
      _ = try decoder.decode([[String: Int]].self, from: "[{},{}]")
      for (index, keeper) in keepers.enumerated() {
        #expect(try keeper.container.decode(Int.self, forKey: .a) == index)
        #expect(try keeper.container.decode(String.self, forKey: .b) == String(index))
      }
    }
  }

  @Test("belong to their own map when a type holds itself")
  func recursion() throws {
    let tree = Tree.chain(200)
    let encoder = MoltJSONEncoder()
    var decoder = MoltJSONDecoder()
    for _ in 0..<3 {
      let bytes = try encoder.encode(tree)
      #expect(try decoder.decode(Tree.self, from: bytes.span) == tree)
    }
  }

  /// Keeps the container that it encodes to, and uses one that another keeps.
  final class Holder: Encodable {
    var kept: KeyedEncodingContainer<Keys>?
    var other: Holder?

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Keys.self)
      try container.encode(1, forKey: .a)
      #expect(throws: (any Error).self) { try other?.kept?.encode(2, forKey: .b) ?? refuse() }
      var nested = other?.kept?.nestedContainer(keyedBy: Keys.self, forKey: .b)
      #expect(throws: (any Error).self) { try nested?.encode(3, forKey: .a) ?? refuse() }
      var list = other?.kept?.nestedUnkeyedContainer(forKey: .a)
      #expect(throws: (any Error).self) { try list?.encode(4) ?? refuse() }
      try container.encode("x", forKey: .b)
      kept = container
    }

    struct Refusal: Error {}
    func refuse() throws { throw Refusal() }
  }

  @Test("write nothing any more once their document is over")
  func keptEncoding() throws {
    let encoder = MoltJSONEncoder()
    let first = Holder()
    let second = Holder()
    second.other = first
    let expected = Array(#"[{"a":1,"b":"x"}]"#.utf8)
    #expect(try encoder.encode([first]) == expected)
    #expect(try encoder.encode([second]) == expected)
    #expect(try encoder.encode([second]) == expected)
    #expect(throws: (any Error).self) { try first.kept?.encode(1, forKey: .a) ?? first.refuse() }
  }

  /// Encodes another document with the encoder that it is encoded with.
  struct Inner: Encodable {
    let encoder: MoltJSONEncoder
    let depth: Int

    func encode(to target: any Encoder) throws {
      var container = target.container(keyedBy: Keys.self)
      try container.encode(depth, forKey: .a)
      let inner = depth == 0 ? nil : Inner(encoder: encoder, depth: depth - 1)
      let bytes = try inner.map { try encoder.encode($0) } ?? []
      try container.encode(String(decoding: bytes, as: UTF8.self), forKey: .b)
    }
  }

  @Test("are not those of a document inside of another one")
  func reentry() throws {
    let encoder = MoltJSONEncoder()
    for _ in 0..<3 {
      let text = String(
        decoding: try encoder.encode(Inner(encoder: encoder, depth: 1)),
        as: UTF8.self
      )
      #expect(text == #"{"a":1,"b":"{\"a\":0,\"b\":\"\"}"}"#)
    }
  }

  @Test("write as the encoder says now, and after one that failed")
  func changes() throws {
    struct Pair: Encodable { var someKey: Double }
    var encoder = MoltJSONEncoder()
    func text(_ value: Double = 1.5) throws -> String {
      String(decoding: try encoder.encode(Pair(someKey: value)), as: UTF8.self)
    }
    #expect(try text() == #"{"someKey":1.5}"#)
    #expect(throws: EncodingError.self) { try text(.nan) }
    #expect(try text() == #"{"someKey":1.5}"#)
    encoder.options.keys = .toSnakeCase
    #expect(try text() == #"{"some_key":1.5}"#)
    encoder.format = .python
    #expect(try text() == #"{"some_key": 1.5}"#)
    let copy = encoder
    encoder.options.keys = .converted { $0 + "é" }
    #expect(try text() == #"{"someKey\u00e9": 1.5}"#)
    #expect(
      String(decoding: try copy.encode(Pair(someKey: 2)), as: UTF8.self).hasPrefix("{\"some_key")
    )
  }
}
