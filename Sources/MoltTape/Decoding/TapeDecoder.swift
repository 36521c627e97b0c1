/// Decodes one value of a document: what a type's `init(from:)` gets.
///
/// Small enough to travel inside an existential without a box of its own.
struct TapeDecoder: Decoder, SingleValueDecodingContainer {
  let state: DecodingState
  private let place: UInt32
  private let level: UInt32

  @inline(__always)
  init(_ state: DecodingState, at index: Int, depth: Int) {
    self.state = state
    place = UInt32(truncatingIfNeeded: index)
    level = UInt32(truncatingIfNeeded: depth)
  }

  @inline(__always) private var run: DecodingRun { state.run }
  @inline(__always) var index: Int { Int(place) }
  @inline(__always) var depth: Int { Int(level) }

  var codingPath: [any CodingKey] { run.path(to: index) }
  var userInfo: [CodingUserInfoKey: Any] { state.options.userInfo }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    try run.container(type, map: index, depth: depth)
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try TapeUnkeyedContainer(run, array: index, depth: depth)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { self }

  func decodeNil() -> Bool { run.isNull(index) }
  func decode(_ type: Bool.Type) throws -> Bool { try run.boolean(index) }
  func decode(_ type: String.Type) throws -> String { try run.string(index) }
  func decode(_ type: Double.Type) throws -> Double { try run.double(index) }
  func decode(_ type: Float.Type) throws -> Float { try run.float(index) }
  func decode(_ type: Int.Type) throws -> Int { try run.integer(type, index) }
  func decode(_ type: Int8.Type) throws -> Int8 { try run.integer(type, index) }
  func decode(_ type: Int16.Type) throws -> Int16 { try run.integer(type, index) }
  func decode(_ type: Int32.Type) throws -> Int32 { try run.integer(type, index) }
  func decode(_ type: Int64.Type) throws -> Int64 { try run.integer(type, index) }
  func decode(_ type: Int128.Type) throws -> Int128 { try run.integer(type, index) }
  func decode(_ type: UInt.Type) throws -> UInt { try run.integer(type, index) }
  func decode(_ type: UInt8.Type) throws -> UInt8 { try run.integer(type, index) }
  func decode(_ type: UInt16.Type) throws -> UInt16 { try run.integer(type, index) }
  func decode(_ type: UInt32.Type) throws -> UInt32 { try run.integer(type, index) }
  func decode(_ type: UInt64.Type) throws -> UInt64 { try run.integer(type, index) }
  func decode(_ type: UInt128.Type) throws -> UInt128 { try run.integer(type, index) }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    try run.decode(type, at: index, depth: depth)
  }
}
