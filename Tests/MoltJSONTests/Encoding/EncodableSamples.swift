/// Types that use every part of `Encoder`.
enum Samples {
  struct Scalars: Encodable {
    var bool = true
    var string = "é\"\n\u{1f600}"
    var double = 1.5
    var float: Float = 0.1
    var int = -1
    var int8 = Int8.min
    var int16 = Int16.min
    var int32 = Int32.min
    var int64 = Int64.min
    var uint = UInt.max
    var uint8 = UInt8.max
    var uint16 = UInt16.max
    var uint32 = UInt32.max
    var uint64 = UInt64.max
    var missing: Int?
    var present: Int? = 5
    var bytes: [UInt8] = [1, 2, 255]
  }

  struct Arrays: Encodable {
    var doubles = [1.5, -2.25]
    var nested = [[1.5], [], [2.5, 3.5]]
    var deep = [[[1.5]], []]
    var strings = ["a", "", "é"]
    var ints = [1, -2]
    var int64s: [Int64] = [.max]
    var int32s: [Int32] = [7]
    var floats: [Float] = [0.5]
    var bools = [true, false]
    var optionals: [Int?] = [1, nil]
    var structs = [Pair(a: 1, b: "x"), Pair(a: 2, b: "y")]
    var empty: [Pair] = []
    var sets: Set<Int> = [3]
  }

  struct Pair: Encodable, Hashable {
    var a: Int
    var b: String
  }

  struct Dictionaries: Encodable {
    var strings = ["b": "1", "a": "2"]
    var ints = [2: "two", 1: "one"]
    var pairs = ["x": Pair(a: 1, b: "")]
    var others = [Pair(a: 1, b: "k"): 1]
    var empty: [String: Int] = [:]
  }

  enum Choice: Encodable {
    case plain
    case one(Int)
    case named(x: Double, y: [String])
  }

  enum Raw: String, Encodable { case first, second }

  struct Choices: Encodable {
    var choices = [Choice.plain, .one(1), .named(x: 0.5, y: ["z"])]
    var raw = [Raw.first, .second]
    var range = 1..<5
  }

  class Base: Encodable {
    var inBase = 1
    init() {}
  }

  /// Encodes into the container of its superclass.
  final class Sharing: Base {
    private enum Keys: CodingKey { case own, last }

    override func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Keys.self)
      try container.encode("first", forKey: .own)
      try super.encode(to: encoder)
      try container.encode(2, forKey: .last)
    }
  }

  /// Gives its superclass a container of its own.
  final class Nesting: Base {
    private enum Keys: CodingKey { case own, last }

    override func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Keys.self)
      try super.encode(to: container.superEncoder())
      try container.encode(1, forKey: .own)
      try super.encode(to: container.superEncoder(forKey: .last))
    }
  }

  /// Nested containers, used in the order in which they stand.
  struct InOrder: Encodable {
    private enum Keys: CodingKey { case map, list, value, inner }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Keys.self)
      var map = container.nestedContainer(keyedBy: Keys.self, forKey: .map)
      try map.encode(1, forKey: .value)
      var inner = map.nestedUnkeyedContainer(forKey: .list)
      try inner.encode("a")
      var innermost = inner.nestedContainer(keyedBy: Keys.self)
      try innermost.encodeNil(forKey: .value)
      _ = inner.nestedUnkeyedContainer()
      try inner.encodeNil()
      try inner.encode(Pair(a: inner.count, b: ""))
      _ = container.nestedContainer(keyedBy: Keys.self, forKey: .inner)
      var list = container.nestedUnkeyedContainer(forKey: .list)
      try list.encode(true)
      try Pair(a: 3, b: "super").encode(to: list.superEncoder())
      _ = list.superEncoder()
      try list.encode(contentsOf: [1, 2])
    }
  }

  /// Containers that are used after the next one was.
  struct OutOfOrder: Encodable {
    private enum Keys: CodingKey { case map, list, value, other }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Keys.self)
      var map = container.nestedContainer(keyedBy: Keys.self, forKey: .map)
      var list = container.nestedUnkeyedContainer(forKey: .list)
      let late = container.superEncoder(forKey: .other)
      try map.encode(1, forKey: .value)
      try list.encode(Pair(a: 1, b: "x"))
      try container.encode([1.5], forKey: .value)
      try map.encode(Wrapped(value: "w"), forKey: .other)
      try list.encodeNil()
      try Pair(a: 2, b: "late").encode(to: late)
    }
  }

  struct Wrapped: Encodable {
    var value: String

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      try container.encode(value)
    }
  }

  struct Everything: Encodable {
    var scalars = Scalars()
    var arrays = Arrays()
    var dictionaries = Dictionaries()
    var choices = Choices()
    var sharing = Sharing()
    var nesting = Nesting()
    var inOrder = [InOrder(), InOrder()]
    var wrapped = [Wrapped(value: "a"), Wrapped(value: "b")]
    var empty = Empty()
    var double = Optional(Optional(3))
  }

  struct Empty: Encodable {}

  struct Silent: Encodable {
    func encode(to encoder: any Encoder) throws {}
  }
}
