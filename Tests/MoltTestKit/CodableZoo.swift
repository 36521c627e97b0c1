/// A value of many types at once, for codecs to agree about.
///
/// Floats are halves, which all formats write exactly and none as an integer.
public struct CodableZoo: Codable, Equatable {
  var scalars: Scalars
  var lists: Lists
  var maps: Maps
  var shapes: [Shape]
  var animal: Dog
  var handmade: [Handmade]
  var tree: Tree
  var maybe: Scalars?

  /// A value of a generator.
  public init(using generator: inout some RandomNumberGenerator) {
    scalars = Scalars(using: &generator)
    lists = Lists(using: &generator)
    maps = Maps(using: &generator)
    shapes = few(&generator) { Shape(using: &$0) }
    animal = Dog(using: &generator)
    handmade = few(&generator) { Handmade(using: &$0) }
    tree = Tree(depth: Int.random(in: 0...3, using: &generator), using: &generator)
    maybe = Bool.random(using: &generator) ? Scalars(using: &generator) : nil
  }

  /// Every scalar, with and without a value.
  struct Scalars: Codable, Equatable, Hashable {
    var boolean: Bool
    var text: String
    var double: Double
    var float: Float
    var int: Int
    var int8: Int8
    var int16: Int16
    var int32: Int32
    var int64: Int64
    var uint: UInt
    var uint8: UInt8
    var uint16: UInt16
    var uint32: UInt32
    var uint64: UInt64
    var optionalText: String?
    var optionalInt: Int?
    var optionalDouble: Double?
    var optionalFlag: Bool?

    enum CodingKeys: String, CodingKey {
      case boolean, text, double, float, int, int8, int16, int32, int64
      case uint, uint8, uint16, uint32, uint64
      case optionalText = "optional text \"é\""
      case optionalInt = "a key that is longer than thirty-two bytes"
      case optionalDouble = ""
      case optionalFlag
    }

    init(using generator: inout some RandomNumberGenerator) {
      boolean = .random(using: &generator)
      text = CodableZoo.text(&generator)
      double = CodableZoo.half(&generator)
      float = Float(CodableZoo.half(&generator))
      int = integer(&generator)
      int8 = integer(&generator)
      int16 = integer(&generator)
      int32 = integer(&generator)
      int64 = integer(&generator)
      uint = integer(&generator)
      uint8 = integer(&generator)
      uint16 = integer(&generator)
      uint32 = integer(&generator)
      uint64 = integer(&generator)
      if .random(using: &generator) { optionalText = CodableZoo.text(&generator) }
      if .random(using: &generator) { optionalInt = integer(&generator) }
      if .random(using: &generator) { optionalDouble = CodableZoo.half(&generator) }
      if .random(using: &generator) { optionalFlag = .random(using: &generator) }
    }
  }

  /// Arrays of everything.
  struct Lists: Codable, Equatable {
    var doubles: [Double]
    var ints: [Int]
    var texts: [String]
    var flags: [Bool]
    var smalls: [UInt8]
    var floats: [Float]
    var nested: [[[Double]]]
    var optionals: [Int?]
    var optionalTexts: [String?]?
    var scalars: [Scalars]
    var set: Set<Int>
    var dense: ContiguousArray<Int16>
    var range: ClosedRange<Int>

    init(using generator: inout some RandomNumberGenerator) {
      doubles = few(&generator) { CodableZoo.half(&$0) }
      ints = few(&generator) { integer(&$0) }
      texts = few(&generator) { CodableZoo.text(&$0) }
      flags = few(&generator) { .random(using: &$0) }
      smalls = few(&generator) { integer(&$0) }
      floats = few(&generator) { Float(CodableZoo.half(&$0)) }
      nested = few(&generator) { few(&$0) { few(&$0) { CodableZoo.half(&$0) } } }
      optionals = few(&generator) { Bool.random(using: &$0) ? integer(&$0) : nil }
      optionalTexts = few(&generator) { Bool.random(using: &$0) ? CodableZoo.text(&$0) : nil }
      scalars = few(&generator) { Scalars(using: &$0) }
      // More than one element would come in another order each time.
      set = [integer(&generator)]
      dense = ContiguousArray(few(&generator) { integer(&$0) })
      range = -3...Int.random(in: 0...9, using: &generator)
    }
  }

  /// Dictionaries with keys of each kind; those whose order is not that of their keys have one pair.
  struct Maps: Codable, Equatable {
    var texts: [String: String]
    var scalars: [String: Scalars]
    var numbers: [Int: Double]
    var nested: [String: [String: [Int?]]]
    var cases: [Color: Int]
    var represented: [Name: Int]

    init(using generator: inout some RandomNumberGenerator) {
      texts = pairs(&generator) { CodableZoo.text(&$0) }
      scalars = pairs(&generator) { Scalars(using: &$0) }
      numbers = [integer(&generator): CodableZoo.half(&generator)]
      nested = pairs(&generator) { pairs(&$0) { few(&$0) { Bool.random(using: &$0) ? 1 : nil } } }
      cases = [.green: 1]
      represented = [.first: 5]
    }
  }

  enum Color: String, Codable { case red, green = "grün" }

  enum Name: String, Codable, CodingKeyRepresentable { case first, second }

  /// An enum with values.
  enum Shape: Codable, Equatable {
    case none
    case circle(radius: Double)
    case pair(Int, label: String?)

    init(using generator: inout some RandomNumberGenerator) {
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: self = .none
      case 1: self = .circle(radius: CodableZoo.half(&generator))
      default: self = .pair(integer(&generator), label: Bool.random(using: &generator) ? "l" : nil)
      }
    }
  }
}

extension CodableZoo {
  /// A superclass.
  class Animal: Codable, Equatable {
    var legs: Int
    var names: [String]

    init(using generator: inout some RandomNumberGenerator) {
      legs = integer(&generator)
      names = few(&generator) { CodableZoo.text(&$0) }
    }

    static func == (first: Animal, second: Animal) -> Bool {
      first.legs == second.legs && first.names == second.names
    }
  }

  /// A class that gives its superclass an encoder of its own.
  final class Dog: Animal {
    var tricks: [Color]

    enum CodingKeys: CodingKey { case tricks }

    override init(using generator: inout some RandomNumberGenerator) {
      tricks = few(&generator) { Bool.random(using: &$0) ? .red : .green }
      super.init(using: &generator)
    }

    required init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: CodingKeys.self)
      tricks = try container.decode([Color].self, forKey: .tricks)
      try super.init(from: container.superDecoder())
    }

    override func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(tricks, forKey: .tricks)
      try super.encode(to: container.superEncoder())
    }
  }

  /// A type with nested containers, and one that is used after the next one.
  struct Handmade: Codable, Equatable {
    var first: Int
    var second: String
    var rest: [Double]
    let isLate: Bool

    enum Keys: CodingKey { case values, inner, isLate }
    struct NumberKey: CodingKey {
      var stringValue: String { String(intValue ?? 0) }
      var intValue: Int?
      init(_ number: Int) { intValue = number }
      init?(intValue: Int) { self.intValue = intValue }
      init?(stringValue: String) {
        guard let number = Int(stringValue) else { return nil }
        intValue = number
      }
    }

    init(using generator: inout some RandomNumberGenerator) {
      first = integer(&generator)
      second = CodableZoo.text(&generator)
      rest = few(&generator) { CodableZoo.half(&$0) }
      isLate = Int.random(in: 0..<8, using: &generator) == 0
    }

    init(from decoder: any Decoder) throws {
      let container = try decoder.container(keyedBy: Keys.self)
      isLate = try container.decode(Bool.self, forKey: .isLate)
      let inner = try container.nestedContainer(keyedBy: NumberKey.self, forKey: .inner)
      var values = try container.nestedUnkeyedContainer(forKey: .values)
      first = try inner.decode(Int.self, forKey: NumberKey(7))
      second = try inner.decode(String.self, forKey: NumberKey(-1))
      rest = []
      while !values.isAtEnd { rest.append(try values.decode(Double.self)) }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Keys.self)
      var inner = container.nestedContainer(keyedBy: NumberKey.self, forKey: .inner)
      try inner.encode(first, forKey: NumberKey(7))
      if !isLate { try inner.encode(second, forKey: NumberKey(-1)) }
      var values = container.nestedUnkeyedContainer(forKey: .values)
      for value in rest { try values.encode(value) }
      if isLate { try inner.encode(second, forKey: NumberKey(-1)) }
      try container.encode(isLate, forKey: .isLate)
    }
  }

  /// A type that holds itself.
  struct Tree: Codable, Equatable {
    var value: Int?
    var children: [Tree]

    init(depth: Int, using generator: inout some RandomNumberGenerator) {
      value = Bool.random(using: &generator) ? integer(&generator) : nil
      children = depth == 0 ? [] : few(&generator) { Tree(depth: depth - 1, using: &$0) }
    }
  }

  static func text(_ generator: inout some RandomNumberGenerator) -> String {
    let characters = Array("abc 012/\"\\\n\u{0}\u{7f}éß€中😀\u{2028}")
    let count = [0, 3, 15, 16, 40].randomElement(using: &generator) ?? 0
    return String((0..<count).map { _ in characters.randomElement(using: &generator) ?? "x" })
  }

  static func half(_ generator: inout some RandomNumberGenerator) -> Double {
    Double(Int32.random(in: -100_000...100_000, using: &generator)) + 0.5
  }
}

/// An integer, often an extreme one.
private func integer<Integer: FixedWidthInteger>(
  _ generator: inout some RandomNumberGenerator
) -> Integer {
  switch Int.random(in: 0..<4, using: &generator) {
  case 0: Integer.random(in: 0...100, using: &generator)
  case 1: .min
  case 2: .max
  default: Integer.random(in: .min ... .max, using: &generator)
  }
}

private func few<Element, Generator: RandomNumberGenerator>(
  _ generator: inout Generator,
  _ make: (inout Generator) -> Element
) -> [Element] {
  (0..<Int.random(in: 0...3, using: &generator)).map { _ in make(&generator) }
}

private func pairs<Value, Generator: RandomNumberGenerator>(
  _ generator: inout Generator,
  _ make: (inout Generator) -> Value
) -> [String: Value] {
  var pairs: [String: Value] = [:]
  for _ in 0..<Int.random(in: 0...3, using: &generator) {
    pairs[CodableZoo.text(&generator)] = make(&generator)
  }
  return pairs
}

/// A generator that starts anywhere and goes on the same way each time: SplitMix64 (Steele, Lea and
/// Flood, 2014).
public struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  /// Creates a generator.
  public init(_ seed: UInt64) { state = seed }

  /// The next number.
  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var bits = state
    bits = (bits ^ bits >> 30) &* 0xBF58_476D_1CE4_E5B9
    bits = (bits ^ bits >> 27) &* 0x94D0_49BB_1331_11EB
    return bits ^ bits >> 31
  }
}
