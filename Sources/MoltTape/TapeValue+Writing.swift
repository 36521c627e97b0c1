extension TapeValue {
  /// Writes the value with all that it holds, in any format.
  ///
  ///     var sink = MessagePackSink()
  ///     try parser.parse(json).root.write(to: &sink)
  ///     try sink.finish()
  ///
  /// Arrays and maps are written with their counts. Big integers and decimal fractions of CBOR (tags
  /// 2, 3 and 4) are written as the numbers that they are; ``DocumentSink/append(bigInteger:isNegative:)``
  /// says how. Everything else that a format lacks is for its sink to refuse or to replace.
  ///
  /// - Parameter sink: The writer of a format.
  /// - Throws: What the sink throws.
  /// - Complexity: O(words of the value), without recursion
  @inlinable
  public func write<Sink: DocumentSink & ~Copyable>(
    to sink: inout Sink
  ) throws(Sink.Failure) {
    var walk = TapeWalk(memory, from: index)
    try walk.run(&sink)
  }
}

/// The walk over a tape from which a sink writes.
///
/// Arrays and maps whose end is ahead wait on a stack of the walk's own:
///
///     {"a": [1]}     map, ends at 4     beginMap(count: 1)      next: key
///                    text               append(key:)            next: value
///                    array, ends at 4   beginArray(count: 1)    the map waits for a key
///                    integer            append(1)
///                    4 is the end of the array, then of the map
@usableFromInline
struct TapeWalk: ~Copyable {
  /// What the word at hand is to the array or map around it.
  @usableFromInline
  enum Role {
    /// Only for arrays and the outermost value.
    static var element: Int { 0 }
    @usableFromInline static var key: Int { 1 }
    @usableFromInline static var value: Int { 2 }
    /// A key that is no text, whose own value comes next.
    @usableFromInline static var keyValue: Int { 3 }
  }

  @usableFromInline let memory: TapeMemory
  @usableFromInline var index: Int
  /// Where the innermost array or map ends.
  @usableFromInline var end: Int
  @usableFromInline var role = 0
  @usableFromInline var open = OpenContainers()

  @inlinable
  init(_ memory: TapeMemory, from index: Int) {
    self.memory = memory
    self.index = index
    end = memory.end(of: index)
  }

  @inlinable
  mutating func run<Sink: DocumentSink & ~Copyable>(
    _ sink: inout Sink
  ) throws(Sink.Failure) {
    while true {
      while index == end {
        guard open.count > 0 else { return }
        if role == 0 { try sink.endArray() } else { try sink.endMap() }
        let frame = open.pop()
        end = frame.index
        role = frame.remaining
      }
      if role == Role.key {
        let word = memory.word(index)
        if _fastPath(word.kind == .text || word.kind == .arenaText) {
          try sink.append(key: unsafe Span(_unsafeElements: memory.bytes(of: word)))
          index &+= 1
          role = Role.value
        } else {
          try sink.beginKey()
          role = Role.keyValue
        }
      }
      try appendValue(to: &sink)
    }
  }

  /// Writes a value, or the beginning of an array or map.
  @inlinable @inline(__always)
  mutating func appendValue<Sink: DocumentSink & ~Copyable>(
    to sink: inout Sink
  ) throws(Sink.Failure) {
    let word = memory.word(index)
    switch word.kind {
    case .null: try sink.appendNull()
    case .boolean: try sink.append(word.payload != 0)
    case .integer: return try appendIntegers(word, to: &sink)
    case .int64:
      try sink.append(Int64(bitPattern: memory.operand(index)))
      index &+= 1
    case .uint64:
      try sink.append(memory.operand(index))
      index &+= 1
    case .double: return try appendDoubles(to: &sink)
    case .number:
      try sink.append(number: unsafe Span(_unsafeElements: memory.bytes(of: word)))
    case .text, .arenaText:
      try sink.append(text: unsafe Span(_unsafeElements: memory.bytes(of: word)))
    case .binary, .arenaBinary:
      try sink.append(binary: unsafe Span(_unsafeElements: memory.bytes(of: word)))
    case .array, .map: return try begin(word, &sink)
    case .tag: return try appendTag(word, to: &sink)
    case .extension:
      let body = memory.word(index &+ 1)
      let type = Int8(truncatingIfNeeded: word.payload)
      try sink.append(
        extensionType: type,
        unsafe Span(_unsafeElements: memory.bytes(of: body))
      )
      index &+= 1
    case .simple: try sink.append(simple: UInt8(truncatingIfNeeded: word.payload))
    }
    index &+= 1
    finishItem()
  }

  /// Writes an integer and those behind it in the same array.
  @inlinable @inline(__always)
  mutating func appendIntegers<Sink: DocumentSink & ~Copyable>(
    _ first: TapeWord,
    to sink: inout Sink
  ) throws(Sink.Failure) {
    var word = first
    while true {
      try sink.append(word.integer)
      index &+= 1
      guard role == 0, index != end else { return finishItem() }
      word = memory.word(index)
      if word.kind != .integer { return }
    }
  }

  /// Writes a float and those behind it in the same array.
  @inlinable @inline(__always)
  mutating func appendDoubles<Sink: DocumentSink & ~Copyable>(
    to sink: inout Sink
  ) throws(Sink.Failure) {
    while true {
      try sink.append(Double(bitPattern: memory.operand(index)))
      index &+= 2
      guard role == 0, index != end else { return finishItem() }
      if memory.word(index).kind != .double { return }
    }
  }

  /// After a value: a map's key is followed by a value, its value by a key.
  @inlinable @inline(__always)
  mutating func finishItem() {
    if role != 0 { role &-= 1 }
  }

  @inlinable @inline(__always)
  mutating func begin<Sink: DocumentSink & ~Copyable>(
    _ word: TapeWord,
    _ sink: inout Sink
  ) throws(Sink.Failure) {
    finishItem()
    open.push(word.kind, count: 0, index: end, remaining: role)
    let count = word.count == TapeWord.maximumCount ? largeCount(word) : word.count
    if word.kind == .array {
      try sink.beginArray(count: count)
      role = 0
    } else {
      try sink.beginMap(count: count)
      role = Role.key
    }
    index &+= 1
    end = word.offset
  }

  /// How many elements or pairs stand in an array or map that has more than its word can say.
  @usableFromInline @inline(never)
  func largeCount(_ word: TapeWord) -> Int {
    var values = 0
    var position = index + 1
    while position < word.offset {
      position = memory.end(of: position)
      values += 1
    }
    return word.kind == .map ? values / 2 : values
  }

  /// Writes a tag, or the number that a tag and its value make.
  @inlinable @inline(never)
  mutating func appendTag<Sink: DocumentSink & ~Copyable>(
    _ word: TapeWord,
    to sink: inout Sink
  ) throws(Sink.Failure) {
    let isWide = word.wordCount == 2
    let number = isWide ? memory.operand(index) : word.payload
    let content = memory.word(index &+ word.wordCount)
    if number == 2 || number == 3, content.kind == .binary || content.kind == .arenaBinary {
      let magnitude = unsafe Span(_unsafeElements: memory.bytes(of: content))
      try sink.append(bigInteger: magnitude, isNegative: number == 3)
      index &+= word.wordCount &+ 1
      return finishItem()
    }
    if !Sink.writesTags, number == 4, let text = decimalText(at: index &+ word.wordCount) {
      try sink.append(number: text.span)
      index = memory.end(of: index)
      return finishItem()
    }
    if !Sink.writesTags, number == 1, let moment = moment(at: index &+ word.wordCount) {
      try sink.append(extensionType: Timestamp.extensionType, moment.extensionBytes.span)
      index = memory.end(of: index)
      return finishItem()
    }
    try sink.append(tag: number)
    index &+= word.wordCount
  }

  /// The moment of tag 1 whose number of seconds stands at `start` (RFC 8949, section 3.4.2).
  @usableFromInline
  func moment(at start: Int) -> Timestamp? {
    let seconds = unsafe TapeValue(memory, at: start)
    if let whole = try? seconds.int64() { return Timestamp(seconds: whole) }
    return (try? seconds.double()).flatMap { Timestamp(secondsSince1970: $0) }
  }
}
