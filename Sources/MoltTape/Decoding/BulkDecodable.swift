/// A type of the standard library that is decoded without a container of its own.
///
/// `Array.init(from:)` asks a container for each element, through three dynamic calls each, and does
/// not know how many there are. These know the tape.
protocol BulkDecodable {
  /// Decodes a value.
  static func decode(_ run: DecodingRun, at index: Int, depth: Int) throws -> Self
}

extension Optional: BulkDecodable where Wrapped: Decodable {
  static func decode(_ run: DecodingRun, at index: Int, depth: Int) throws -> Self {
    run.isNull(index) ? nil : try run.decode(Wrapped.self, at: index, depth: depth)
  }
}

extension Array: BulkDecodable where Element: Decodable {
  static func decode(_ run: DecodingRun, at place: Int, depth: Int) throws -> Self {
    let index = run.untagged(place)
    guard run.memory.word(index).kind == .array else {
      return unsafe unsafeBitCast(try run.bytes(at: index, for: Self.self), to: Self.self)
    }
    let plan = run.plan(Element.self)
    return try unsafe run.array(index) { (index, place) throws in
      let room = UnsafeMutableRawPointer(place)
      try unsafe run.decode(Element.self, plan, at: index, depth: depth &+ 1, into: room)
    }
  }
}

extension DecodingRun {
  func doubles(_ place: Int) throws -> [Double] {
    try unsafe array(try array(place, [Double].self)) { (index, place) throws in
      unsafe place.initialize(to: try double(index))
    }
  }

  func integers(_ place: Int) throws -> [Int] {
    try unsafe array(try array(place, [Int].self)) { (index, place) throws in
      unsafe place.initialize(to: try integer(Int.self, index))
    }
  }

  func strings(_ place: Int) throws -> [String] {
    try unsafe array(try array(place, [String].self)) { (index, place) throws in
      unsafe place.initialize(to: try string(index))
    }
  }

  /// The index of the value below any tags, which must be an array.
  @inline(__always)
  func array(_ place: Int, _ type: Any.Type) throws -> Int {
    let index = untagged(place)
    if _fastPath(memory.word(index).kind == .array) { return index }
    throw mismatch(type, at: index)
  }

  /// The elements of an array, each of which `decode` puts into its place.
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
  static func decode(_ run: DecodingRun, at place: Int, depth: Int) throws -> Self {
    guard Key.self == String.self else {
      return try Self(from: TapeDecoder(run.state, at: place, depth: depth))
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
    // Safety: the keys are strings, as was found at the start.
    return unsafe unsafeBitCast(pairs, to: Self.self)
  }
}
