import MoltJSON
import MoltTape
import Testing

/// What types do that decode themselves.
@Suite("Containers")
struct ContainerTests {
  enum Keys: String, CodingKey { case a, b, c, list }

  struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int?
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  typealias Body = (any Decoder) throws -> String
  static let bodyKey = CodingUserInfoKey(rawValue: "body")
  static let otherKey = CodingUserInfoKey(rawValue: "other")

  /// Runs the closure in `userInfo` with the decoder of a document.
  struct Probe: Decodable {
    let result: String

    init(from decoder: any Decoder) throws {
      guard let key = ContainerTests.bodyKey, let body = decoder.userInfo[key] as? Body else {
        throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "no body"))
      }
      result = try body(decoder)
    }
  }

  func probe(_ text: String, _ body: @escaping Body) throws -> String {
    guard let key = Self.bodyKey, let other = Self.otherKey else { return "no keys" }
    let probe: Probe = try decode(Probe.self, text) { options in
      options.userInfo[key] = body
      options.userInfo[other] = 5
    }
    return probe.result
  }

  @Test("of the same depth are used side by side")
  func siblings() throws {
    let text = #"{"a":{"a":1,"b":2},"b":{"b":20,"a":10},"c":{"list":[{"a":5}]}}"#
    let result = try probe(text) { decoder in
      let root = try decoder.container(keyedBy: Keys.self)
      let again = try decoder.container(keyedBy: AnyKey.self)
      let a = try root.nestedContainer(keyedBy: Keys.self, forKey: .a)
      let b = try root.nestedContainer(keyedBy: Keys.self, forKey: .b)
      let dynamic = try again.nestedContainer(
        keyedBy: AnyKey.self,
        forKey: AnyKey(stringValue: "b")
      )
      var sums: [Int] = []
      for _ in 0..<3 {
        sums.append(try a.decode(Int.self, forKey: .a) + b.decode(Int.self, forKey: .b))
        sums.append(try a.decode(Int.self, forKey: .b) + b.decode(Int.self, forKey: .a))
        sums.append(try dynamic.decode(Int.self, forKey: AnyKey(stringValue: "a")))
      }
      #expect(sums == [21, 12, 10, 21, 12, 10, 21, 12, 10])
      #expect(a.allKeys == [.a, .b] && again.allKeys.map(\.stringValue) == ["a", "b", "c"])
      #expect(a.contains(.b) && !a.contains(.c))
      var list = try root.nestedContainer(keyedBy: Keys.self, forKey: .c)
        .nestedUnkeyedContainer(forKey: .list)
      let element = try list.nestedContainer(keyedBy: Keys.self)
      #expect(element.codingPath.map(\.stringValue) == ["c", "list", "Index 0"])
      #expect(try element.decode(Int.self, forKey: .a) == 5 && list.isAtEnd)
      return "done"
    }
    #expect(result == "done")
  }

  @Test("of arrays count, name their place and can be tried as another type")
  func unkeyed() throws {
    _ = try probe(#"[1,null,"x",[2],{"a":3}]"#) { decoder in
      var list = try decoder.unkeyedContainer()
      #expect(list.count == 5 && list.currentIndex == 0)
      #expect(throws: DecodingError.self) { try list.decode(String.self) }
      #expect(try list.decode(Int.self) == 1)
      #expect(try list.decodeNil() && list.currentIndex == 2)
      #expect(try !list.decodeNil() && list.decode(String.self) == "x")
      var nested = try list.nestedUnkeyedContainer()
      #expect(try nested.decodeIfPresent(Int.self) == 2)
      #expect(try nested.decodeIfPresent(Int.self) == nil)
      let map = try list.nestedContainer(keyedBy: Keys.self)
      #expect(try map.decodeIfPresent(Int.self, forKey: .a) == 3 && list.isAtEnd)
      #expect(throws: DecodingError.self) { try list.decode(Int.self) }
      return ""
    }
  }

  class Base: Decodable {
    let a: Int
    enum CodingKeys: CodingKey { case a }
    required init(from decoder: any Decoder) throws {
      a = try decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .a)
    }
  }

  final class Derived: Base {
    let b: Int
    enum CodingKeys: CodingKey { case b, list }
    required init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      b = try container.decode(Int.self, forKey: .b)
      let isNested = container.contains(.list)
      try super.init(from: isNested ? container.superDecoder() : decoder)
    }
  }

  @Test("serve classes with their own keys, with and without a super decoder")
  func classes() throws {
    let flat = try decode(Derived.self, #"{"b":2,"a":1}"#)
    #expect(flat.a == 1 && flat.b == 2)
    let nested = try decode(Derived.self, #"{"b":2,"list":0,"super":{"a":7}}"#)
    #expect(nested.a == 7 && nested.b == 2)
    #expect(failure(Derived.self, #"{"b":2,"list":0}"#).hasPrefix("missing super"))
  }

  struct Keeper: Decodable {
    let decoder: any Decoder
    let container: KeyedDecodingContainer<Keys>
    init(from decoder: any Decoder) throws {
      self.decoder = decoder
      container = try decoder.container(keyedBy: Keys.self)
    }
  }

  struct ContainerKeeper: Decodable {
    let container: KeyedDecodingContainer<Keys>
    init(from decoder: any Decoder) throws { container = try decoder.container(keyedBy: Keys.self) }
  }

  @Test("that a decoder was kept with go on after the document")
  func keptDecoder() throws {
    var decoder = MoltJSONDecoder()
    let keeper = try decoder.decode(
      Keeper.self,
      from: #"{"a":"first text, long enough","b":[1,2]}"#
    )
    for _ in 0..<100 { _ = try decoder.decode([Int].self, from: "[1,2,3,4,5,6,7,8,9]") }
    #expect(try keeper.container.decode(String.self, forKey: .a) == "first text, long enough")
    struct Value: Decodable { var a: String, b: [Int] }
    let value = try Value(from: keeper.decoder)
    #expect(value.a == "first text, long enough" && value.b == [1, 2])
  }

  @Test("that were kept alone say that the document is over")
  func keptContainer() throws {
    var decoder = MoltJSONDecoder()
    let keepers = try decoder.decode([ContainerKeeper].self, from: #"[{"a":1},{"a":2}]"#)
    for _ in 0..<100 { _ = try decoder.decode([ContainerKeeper].self, from: #"[{"a":3}]"#) }
    for keeper in keepers {
      #expect(throws: DecodingError.self) { try keeper.container.decode(Int.self, forKey: .a) }
      #expect(!keeper.container.contains(.a) && keeper.container.allKeys.isEmpty)
    }
  }

  @Test("find keys of large maps, made at run time or not")
  func large() throws {
    let count = 9000
    let text =
      "{" + (0..<count).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + ",\"a\":-1,\"k7\":-7}"
    _ = try probe(text) { decoder in
      let keys = try decoder.container(keyedBy: AnyKey.self)
      #expect(keys.allKeys.count == count + 1)
      var sum = 0
      for key in keys.allKeys.reversed() { sum += try keys.decode(Int.self, forKey: key) }
      #expect(sum == count * (count - 1) / 2 - 1 - 14)
      let cases = try decoder.container(keyedBy: Keys.self)
      #expect(try cases.decode(Int.self, forKey: .a) == -1 && !cases.contains(.b))
      #expect(cases.allKeys == [.a])
      return ""
    }
  }

  @Test("give types what the caller put into userInfo")
  func userInfo() throws {
    let found = try probe("0") { decoder in
      guard let other = Self.otherKey, let number = decoder.userInfo[other] as? Int else {
        return ""
      }
      return String(number)
    }
    #expect(found == "5")
  }
}
