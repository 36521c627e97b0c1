/// Decodes the elements of an array one after the other.
///
/// Types that decode `[Element]` do not come here: arrays are decoded in one go.
struct TapeUnkeyedContainer: UnkeyedDecodingContainer {
  let run: DecodingRun
  private let array: UInt32
  private let level: UInt32
  private var next: UInt32
  private var ordinal: UInt32 = 0

  init(_ run: DecodingRun, array place: Int, depth: Int) throws {
    self.run = run
    let index = run.untagged(place)
    let word = run.memory.word(index)
    guard word.kind == .array else { throw run.mismatch([Any].self, at: index) }
    array = UInt32(truncatingIfNeeded: index)
    level = UInt32(truncatingIfNeeded: depth)
    next = array &+ 1
  }

  var codingPath: [any CodingKey] { run.path(to: Int(array)) }
  var count: Int? { run.isOver ? nil : run.value(at: Int(array)).childCount }
  var isAtEnd: Bool { run.isOver || Int(next) >= run.memory.word(Int(array)).offset }
  var currentIndex: Int { Int(ordinal) }
  private var depth: Int { Int(level) }

  /// Where the next element stands.
  func current(_ type: Any.Type) throws -> Int {
    if run.isOver { throw run.over() }
    guard !isAtEnd else { throw run.pastEnd(type, of: Int(array), ordinal: currentIndex) }
    return Int(next)
  }

  /// Moves on, once an element is decoded: one that failed can be tried as another type.
  mutating func advance<Value>(over index: Int, giving value: Value) -> Value {
    next = UInt32(truncatingIfNeeded: run.memory.end(of: index))
    ordinal += 1
    return value
  }

  mutating func decodeNil() throws -> Bool {
    let index = try current(Never?.self)
    return run.isNull(index) ? advance(over: index, giving: true) : false
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let index = try current(type)
    return advance(over: index, giving: try run.decode(type, at: index, depth: depth + 1))
  }

  mutating func decodeIfPresent<Value: Decodable>(_ type: Value.Type) throws -> Value? {
    guard !isAtEnd else { return nil }
    if try decodeNil() { return nil }
    return try decode(type)
  }

  mutating func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type
  ) throws -> KeyedDecodingContainer<NestedKey> {
    let index = try current(KeyedDecodingContainer<NestedKey>.self)
    return advance(over: index, giving: try run.container(type, map: index, depth: depth + 1))
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    let index = try current((any UnkeyedDecodingContainer).self)
    let container = try TapeUnkeyedContainer(run, array: index, depth: depth + 1)
    return advance(over: index, giving: container)
  }

  mutating func superDecoder() throws -> any Decoder {
    let index = try current((any Decoder).self)
    return advance(over: index, giving: TapeDecoder(run.state, at: index, depth: depth + 1))
  }
}
