/// A type of the standard library that is decoded without a container of its own.
///
/// `Array.init(from:)` asks a container for each element, through three dynamic calls each, and does
/// not know how many there are. These know the tape.
protocol BulkDecodable {
  /// Decodes a value.
  ///
  /// - Parameter value: An optional of the type itself.
  static func decode<Value>(
    _ state: DecodingState,
    at index: Int,
    depth: Int,
    into value: inout Value?
  ) throws
}

extension Optional: BulkDecodable where Wrapped: Decodable {
  static func decode<Value>(
    _ state: DecodingState,
    at index: Int,
    depth: Int,
    into value: inout Value?
  ) throws {
    let result: Self = state.isNull(index)
      ? nil : try state.decode(Wrapped.self, at: index, depth: depth)
    value = state.cast(result) as Value
  }
}

extension Array: BulkDecodable where Element: Decodable {
  static func decode<Value>(
    _ state: DecodingState,
    at place: Int,
    depth: Int,
    into value: inout Value?
  ) throws {
    let index = state.untagged(place)
    let word = state.memory.word(index)
    if word.kind != .array {
      value = state.cast(try binary(state, at: index)) as Value
      return
    }
    let plan = state.plan(Element.self)
    switch plan {
    case .double:
      value = state.cast(try state.array(index) { index in try state.double(index) }) as Value
    case .int:
      value = state.cast(try state.array(index) { index in try state.integer(Int.self, index) })
        as Value
    case .string:
      value = state.cast(try state.array(index) { index in try state.string(index) }) as Value
    default:
      let elements = try state.array(index) { index in
        try state.decode(Element.self, plan, at: index, depth: depth &+ 1)
      }
      value = state.cast(elements) as Value
    }
  }

  /// The bytes of a binary, when they are asked for as an array.
  @inline(never)
  private static func binary(_ state: DecodingState, at index: Int) throws -> Self {
    let word = state.memory.word(index)
    guard Element.self == UInt8.self, word.kind == .binary || word.kind == .arenaBinary else {
      throw state.mismatch(Self.self, at: index)
    }
    return state.cast(unsafe [UInt8](state.memory.bytes(of: word)))
  }
}

extension Dictionary: BulkDecodable where Key: Decodable, Value: Decodable {
  static func decode<Result>(
    _ state: DecodingState,
    at place: Int,
    depth: Int,
    into value: inout Result?
  ) throws {
    guard Key.self == String.self else {
      value = state.cast(try Self(from: TapeDecoder(state, at: place, depth: depth))) as Result
      return
    }
    let index = state.untagged(place)
    let word = state.memory.word(index)
    guard word.kind == .map else { throw state.mismatch(Self.self, at: index) }
    var result: [String: Value] = [:]
    result.reserveCapacity(word.count)
    let plan = state.plan(Value.self)
    var next = index &+ 1
    while next < word.offset {
      let key = try state.key(next)
      let place = state.memory.end(of: next)
      let element = try state.decode(Value.self, plan, at: place, depth: depth &+ 1)
      if result.updateValue(element, forKey: key) != nil, state.options.duplicateKeys == .refused {
        throw state.repeated(in: index)
      }
      next = state.memory.end(of: place)
    }
    value = state.cast(result) as Result
  }
}

extension DecodingState {
  /// The elements of an array.
  @inline(__always)
  func array<Element>(_ index: Int, _ element: (Int) throws -> Element) throws -> [Element] {
    let word = memory.word(index)
    var result: [Element] = []
    // The count comes from elements that were read, not from what a document announced.
    result.reserveCapacity(word.count)
    var next = index &+ 1
    while next < word.offset {
      result.append(try element(next))
      next = memory.end(of: next)
    }
    return result
  }

  /// The key at an index, as a string.
  func key(_ index: Int) throws -> String {
    if memory.word(index).kind == .integer { return try value(at: index).numberString() }
    return try string(index)
  }
}
