import Foundation
import MoltJSON
import MoltTape
import Testing

/// What Foundation's encoder writes, with sorted keys.
private func reference(_ value: some Encodable) throws -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  return String(decoding: try encoder.encode(value), as: UTF8.self)
}

private func encoded(
  _ value: some Encodable,
  _ format: JSONWriteOptions = JSONWriteOptions(),
  _ options: EncodingOptions = EncodingOptions()
) throws -> String {
  String(decoding: try MoltJSONEncoder(format, options: options).encode(value), as: UTF8.self)
}

/// The path of the `EncodingError` that `body` throws.
private func failingPath(_ body: () throws -> String) -> [String]? {
  do {
    _ = try body()
    return nil
  } catch EncodingError.invalidValue(_, let context) {
    return context.codingPath.map(\.stringValue)
  } catch {
    return nil
  }
}

@Suite("MoltJSONEncoder")
struct MoltJSONEncoderTests {
  var sorted: JSONWriteOptions {
    var options = JSONWriteOptions()
    options.keyOrder = .codePoints
    return options
  }

  @Test("writes what Foundation's encoder writes")
  func foundation() throws {
    #expect(try encoded(Samples.Scalars(), sorted) == reference(Samples.Scalars()))
    #expect(try encoded(Samples.Arrays(), sorted) == reference(Samples.Arrays()))
    #expect(try encoded(Samples.Dictionaries(), sorted) == reference(Samples.Dictionaries()))
    #expect(try encoded(Samples.Choices(), sorted) == reference(Samples.Choices()))
    #expect(try encoded(Samples.Sharing(), sorted) == reference(Samples.Sharing()))
    #expect(try encoded(Samples.Nesting(), sorted) == reference(Samples.Nesting()))
    #expect(try encoded(Samples.InOrder(), sorted) == reference(Samples.InOrder()))
    #expect(try encoded(Samples.OutOfOrder(), sorted) == reference(Samples.OutOfOrder()))
    #expect(try encoded(Samples.Everything(), sorted) == reference(Samples.Everything()))
    let mixed = [Samples.Everything(), Samples.Everything()]
    #expect(try encoded(["a": mixed], sorted) == reference(["a": mixed]))
  }

  @Test("takes a container that is used after its end by way of a tree, as often as one comes")
  func outOfOrder() throws {
    struct Both: Encodable {
      var before = Samples.Scalars()
      var late = [Samples.OutOfOrder(), Samples.OutOfOrder()]
      var after = Samples.Everything()
    }
    #expect(try encoded(Both(), sorted) == reference(Both()))
    #expect(
      try encoded(Samples.OutOfOrder())
        == #"{"map":{"value":1,"other":"w"},"list":[{"a":1,"b":"x"},null],"#
        + #""other":{"a":2,"b":"late"},"value":[1.5]}"#
    )
  }

  @Test("writes values that are no arrays or objects")
  func fragments() throws {
    #expect(try encoded(5) == "5")
    #expect(try encoded("a") == "\"a\"")
    #expect(try encoded(1.0) == "1.0")
    #expect(try encoded(Int?.none) == "null")
    #expect(try encoded(Samples.Wrapped(value: "x")) == "\"x\"")
    #expect(try encoded([[1.5], []]) == "[[1.5],[]]")
    #expect(try encoded([UInt8(1)]) == "[1]")
    #expect(try encoded(Samples.Empty()) == "{}")
    #expect(try encoded([Samples.Silent()]) == "[{}]")
  }

  @Test("writes integers of 128 bits")
  func wide() throws {
    struct Wide: Encodable {
      var values = [Int128.min, 5, -5]
      var large = UInt128.max
      var medium = UInt128(UInt64.max)
    }
    #expect(
      try encoded(Wide())
        == #"{"values":[-170141183460469231731687303715884105728,5,-5],"#
        + #""large":340282366920938463463374607431768211455,"medium":18446744073709551615}"#
    )
  }

  @Test(
    "converts keys to snake case, but not those of dictionaries",
    arguments: [
      ("imageUrl", "image_url"), ("imageURL", "image_url"), ("myURLPath", "my_url_path"),
      ("_private_", "_private_"), ("a", "a"), ("ABC", "abc"), ("oneTwo3Four", "one_two3_four"),
      ("already_snake", "already_snake"), ("", ""),
    ]
  )
  func snakeCase(name: String, expected: String) throws {
    var options = EncodingOptions()
    options.keys = .toSnakeCase
    #expect(try encoded(Named(name), JSONWriteOptions(), options) == "{\"\(expected)\":1}")
    #expect(try encoded([name: 1], JSONWriteOptions(), options) == "{\"\(name)\":1}")
  }

  /// A map with one pair, which is no dictionary.
  struct Named: Encodable {
    struct Key: CodingKey {
      var stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }
    let key: Key

    init(_ name: String) { key = Key(stringValue: name) }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(1, forKey: key)
    }
  }

  @Test("converts keys with a closure, once for each name")
  func converted() throws {
    var names: [String] = []
    var options = EncodingOptions()
    options.keys = .converted { name in
      names.append(name)
      return name + "!"
    }
    let pairs = [Samples.Pair(a: 1, b: "x"), Samples.Pair(a: 2, b: "y")]
    #expect(
      try encoded(pairs, JSONWriteOptions(), options)
        == #"[{"a!":1,"b!":"x"},{"a!":2,"b!":"y"}]"#
    )
    #expect(names == ["a", "b"])
  }

  @Test("writes bytes as the options say")
  func bytes() throws {
    var format = JSONWriteOptions()
    var options = EncodingOptions()
    options.arraysOfBytesAreBinary = true
    #expect(failingPath { try encoded([UInt8(1)], format, options) } == [])
    format.binary = .base64
    #expect(try encoded(["a": [UInt8(1)]], format, options) == #"{"a":"AQ=="}"#)
  }

  struct Outer: Encodable {
    struct Inner: Encodable { var value: Double }
    struct List: Encodable { var list: [Double] }
    var inners: [Inner] = []
    var list: List?
    var direct: Double?
    var float: [Float] = []
  }

  @Test("names the path to a float that JSON does not have, or writes it as a text")
  func notFinite() throws {
    let inners = [Outer.Inner(value: 1), .init(value: .nan)]
    #expect(failingPath { try encoded(Outer(inners: inners)) } == ["inners", "Index 1", "value"])
    let list = Outer(list: .init(list: [.infinity]))
    #expect(failingPath { try encoded(list) } == ["list", "list", "Index 0"])
    #expect(failingPath { try encoded(Outer(direct: .nan)) } == ["direct"])
    #expect(failingPath { try encoded(Outer(float: [.nan])) } == ["float", "Index 0"])
    #expect(failingPath { try encoded(Double.nan) } == [])
    var options = EncodingOptions()
    options.nonConformingFloats = .texts(infinity: "inf", negativeInfinity: "-inf", nan: "nan")
    #expect(
      try encoded(
        Outer(
          inners: [.init(value: .nan)],
          list: .init(list: [.infinity, 1]),
          direct: -.infinity,
          float: [.nan]
        ),
        sorted,
        options
      )
        == #"{"direct":"-inf","float":["nan"],"inners":[{"value":"nan"}],"list":{"list":["inf",1.0]}}"#
    )
  }

  @Test("refuses a value that encodes nothing")
  func nothing() {
    #expect(failingPath { try encoded(Samples.Silent()) } == [])
  }

  @Test("passes on what a type's own code throws")
  func ownErrors() {
    struct Refusal: Error {}
    struct Refusing: Encodable {
      func encode(to encoder: any Encoder) throws { throw Refusal() }
    }
    #expect(throws: Refusal.self) { try encoded(["a": [Refusing()]]) }
  }

  @Test("tells types the path to them and the user's information")
  func surroundings() throws {
    struct Curious: Encodable {
      func encode(to encoder: any Encoder) throws {
        var container = encoder.unkeyedContainer()
        try container.encode(encoder.codingPath.map(\.stringValue))
        try container.encode(container.codingPath.map(\.stringValue))
        let note = CodingUserInfoKey(rawValue: "note").flatMap { encoder.userInfo[$0] as? String }
        try container.encode(note)
      }
    }
    var options = EncodingOptions()
    if let key = CodingUserInfoKey(rawValue: "note") { options.userInfo[key] = "n" }
    let text = try encoded(["a": [Curious()]], JSONWriteOptions(), options)
    #expect(
      text == #"{"a":[[["a","Index 0"],["a","Index 0"],"n"]]}"#
    )
  }

  @Test("leaves an encoder that was kept without effect")
  func kept() throws {
    final class Keeper: Encodable {
      var kept: (any Encoder)?
      init() {}
      func encode(to encoder: any Encoder) throws {
        kept = encoder
        var container = encoder.singleValueContainer()
        try container.encode(1)
      }
    }
    let keeper = Keeper()
    #expect(try encoded([keeper]) == "[1]")
    var container = try #require(keeper.kept).unkeyedContainer()
    #expect(throws: (any Error).self) { try container.encode(2) }
    #expect(try encoded([keeper]) == "[1]")
  }
}
