/// A type of the standard library that is decoded without a container of its own.
///
/// `Array.init(from:)` asks a container for each element, through three dynamic calls each, and does
/// not know how many there are. These know the tape.
protocol BulkDecodable {
  /// Decodes a value.
  ///
  /// - Parameter place: Room for a value of the type itself, initialised unless there is an error.
  @unsafe
  static func decode(
    _ run: DecodingRun,
    at index: Int,
    depth: Int,
    into place: UnsafeMutableRawPointer
  ) throws
}

extension Optional: BulkDecodable where Wrapped: Decodable {
  @unsafe
  static func decode(
    _ run: DecodingRun,
    at index: Int,
    depth: Int,
    into place: UnsafeMutableRawPointer
  ) throws {
    let value: Self =
      run.isNull(index) ? nil : try run.decode(Wrapped.self, at: index, depth: depth)
    unsafe place.initializeMemory(as: Self.self, to: value)
  }
}

extension Array: BulkDecodable where Element: Decodable {
  @unsafe
  static func decode(
    _ run: DecodingRun,
    at place: Int,
    depth: Int,
    into result: UnsafeMutableRawPointer
  ) throws {
    let index = run.untagged(place)
    guard run.memory.word(index).kind == .array else {
      let bytes = try run.bytes(at: index, for: Self.self)
      unsafe result.initializeMemory(as: [UInt8].self, to: bytes)
      return
    }
    let plan = run.plan(Element.self)
    switch plan.kind {
    case .double:
      let elements = unsafe try run.array(index) { unsafe $1.initialize(to: try run.double($0)) }
      unsafe result.initializeMemory(as: [Double].self, to: elements)
    case .int:
      let elements = unsafe try run.array(index) {
        unsafe $1.initialize(to: try run.integer(Int.self, $0))
      }
      unsafe result.initializeMemory(as: [Int].self, to: elements)
    case .string:
      let elements = unsafe try run.array(index) { unsafe $1.initialize(to: try run.string($0)) }
      unsafe result.initializeMemory(as: [String].self, to: elements)
    default:
      let elements: Self = unsafe try run.array(index) {
        unsafe try run.decode(
          Element.self,
          plan,
          at: $0,
          depth: depth &+ 1,
          into: UnsafeMutableRawPointer($1)
        )
      }
      unsafe result.initializeMemory(as: Self.self, to: elements)
    }
  }
}

extension DecodingRun {
  /// The elements of an array.
  ///
  /// - Parameter decode: Puts the element at an index into its place.
  @inline(__always) @unsafe
  fileprivate func array<Element>(
    _ index: Int,
    _ decode: (Int, UnsafeMutablePointer<Element>) throws -> Void
  ) throws -> [Element] {
    let end = memory.word(index).offset
    if end == index &+ 1 { return [] }
    // The count is that of elements that were read, not one that a document announced.
    return try unsafe [Element](unsafeUninitializedCapacity: value(at: index).childCount) {
      (buffer, count) throws in
      guard var place = buffer.baseAddress else { return }
      var next = index &+ 1
      while next < end {
        try unsafe decode(next, place)
        count &+= 1
        unsafe place += 1
        next = memory.end(of: next)
      }
    }
  }

  /// The bytes of a binary, when they are asked for as an array.
  @inline(never)
  fileprivate func bytes(at index: Int, for type: Any.Type) throws -> [UInt8] {
    let word = memory.word(index)
    guard type == [UInt8].self, word.kind == .binary || word.kind == .arenaBinary else {
      throw mismatch(type, at: index)
    }
    return unsafe [UInt8](memory.bytes(of: word))
  }

  /// The key at an index, as a string.
  fileprivate func key(_ index: Int) throws -> String {
    if memory.word(index).kind == .integer { return try value(at: index).numberString() }
    return try string(index)
  }
}

extension Dictionary: BulkDecodable where Key: Decodable, Value: Decodable {
  @unsafe
  static func decode(
    _ run: DecodingRun,
    at place: Int,
    depth: Int,
    into result: UnsafeMutableRawPointer
  ) throws {
    guard Key.self == String.self else {
      let value = try Self(from: TapeDecoder(run.state, at: place, depth: depth))
      unsafe result.initializeMemory(as: Self.self, to: value)
      return
    }
    let index = run.untagged(place)
    let word = run.memory.word(index)
    guard word.kind == .map else { throw run.mismatch(Self.self, at: index) }
    var pairs: [String: Value] = [:]
    pairs.reserveCapacity(word.count)
    var next = index &+ 1
    while next < word.offset {
      let key = try run.key(next)
      let place = run.memory.end(of: next)
      let value = try run.decode(Value.self, at: place, depth: depth &+ 1)
      let isRepeated = pairs.updateValue(value, forKey: key) != nil
      if isRepeated, run.options.duplicateKeys == .refused { throw run.repeated(in: index) }
      next = run.memory.end(of: place)
    }
    unsafe result.initializeMemory(as: [String: Value].self, to: pairs)
  }
}
