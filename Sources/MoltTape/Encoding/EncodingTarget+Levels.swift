// What is open, and what a container may still write.
extension EncodingTarget {
  /// Announces a value: its key is written, or its place in an array has come.
  ///
  /// - Returns: The value's slot.
  @inline(__always)
  func expect(_ key: (any CodingKey)?) -> Int {
    let slot = makeSlot()
    awaited = slot
    awaitedKey = key
    innermost = Self.none
    return slot
  }

  /// Awaits the same value again, which another value's code is going to encode.
  func expect(_ slot: Int, _ key: (any CodingKey)?) {
    awaited = slot
    awaitedKey = key
    innermost = Self.none
  }

  /// Comes before everything that a container writes: ends what was opened inside of it.
  ///
  /// - Throws: ``OutOfOrder`` when the container itself has ended.
  @inline(__always)
  func enter(_ slot: Int, _ level: Int) throws {
    if _slowPath(innermost != slot) { try resume(slot, level) }
  }

  @inline(never)
  private func resume(_ slot: Int, _ level: Int) throws {
    if let failure { throw failure }
    if isOver(slot) { throw OutOfOrder() }
    guard !isOutOfOrder, level < levels.count, levels[level].slot == slot else {
      isOutOfOrder = true
      throw OutOfOrder()
    }
    try close(to: level + 1)
  }

  /// Comes before a scalar that is a whole value.
  ///
  /// - Throws: ``OutOfOrder`` when another value has its place.
  @inline(__always)
  func enterValue(_ slot: Int) throws {
    if _slowPath(hasFailed), let failure { throw failure }
    if _slowPath(isOver(slot)) { throw OutOfOrder() }
    guard !isOutOfOrder, awaited == slot else {
      isOutOfOrder = true
      throw OutOfOrder()
    }
    awaited = 0
    innermost = levels.last?.slot ?? Self.none
  }

  /// Begins the array or map that a value is, or goes on with it.
  ///
  /// A class and its superclass ask for the same container one after the other.
  func open(_ slot: Int, _ level: Int, isMap: Bool) {
    guard !isOutOfOrder, !hasFailed, !isOver(slot) else { return }
    if awaited == slot, level == levels.count {
      do {
        if isMap { try output.beginMap(nil) } else { try output.beginArray(nil) }
      } catch {
        failure = located(error)
      }
      levels.append(Level(slot: slot, isMap: isMap, key: takeAwaitedKey()))
      awaited = 0
      innermost = slot
    } else if level >= levels.count || levels[level].slot != slot || levels[level].isMap != isMap {
      isOutOfOrder = true
    }
  }

  /// Begins an array or map that is encoded in one go.
  ///
  /// - Returns: How many levels are open around it.
  func beginBulk(under key: (any CodingKey)?, isMap: Bool, count: Int) throws -> Int {
    let level = levels.count
    if isMap { try output.beginMap(count) } else { try output.beginArray(count) }
    levels.append(Level(slot: makeSlot(), isMap: isMap, key: key))
    return level
  }

  /// Ends it.
  func endBulk(_ level: Int) throws {
    innermost = Self.none
    try close(to: level)
  }

  /// Comes after a type's code has encoded a value: ends what it has opened.
  @inline(__always)
  func finish(_ slot: Int, _ level: Int) throws {
    if _slowPath(awaited != 0 || levels.count > level) { try close(to: level) }
  }

  /// Ends all levels but the first `count`.
  @inline(never)
  func close(to count: Int) throws {
    if _slowPath(hasFailed), let failure { throw failure }
    do {
      // Something that encodes nothing is an empty map, as with Foundation's encoder.
      if awaited != 0 {
        try output.beginMap(0)
        try output.endMap()
        awaited = 0
      }
      while levels.count > count {
        if levels.removeLast().isMap { try output.endMap() } else { try output.endArray() }
      }
    } catch {
      throw located(error)
    }
    innermost = levels.last?.slot ?? Self.none
  }

  /// Keeps an error that cannot be thrown where it happens.
  func fail(_ error: any Error, _ key: any CodingKey) {
    if failure == nil, !(error is OutOfOrder) { failure = located(error, (), key) }
  }

  /// The keys from the outermost value to that of a slot.
  func path(_ slot: Int, _ level: Int) -> [any CodingKey] {
    let keys = levels.prefix(level).compactMap(\.key)
    let isOpen = level < levels.count && levels[level].slot == slot
    let last = isOpen ? levels[level].key : awaited == slot ? awaitedKey : nil
    return keys + (last.map { [$0] } ?? [])
  }

  /// Ends the document.
  ///
  /// - Returns: Its bytes.
  /// - Throws: `EncodingError`, of a sink that tells only at its end.
  func finish(_ value: some Encodable) throws -> [UInt8] {
    do {
      return try output.finish()
    } catch {
      let text = "\(error)"
      throw EncodingError.invalidValue(
        value,
        .init(codingPath: [], debugDescription: text, underlyingError: error)
      )
    }
  }

  /// An error with the path of what is open.
  func located(
    _ error: any Error,
    _ value: Any = (),
    _ key: (any CodingKey)? = nil
  ) -> any Error {
    if error is EncodingError || error is OutOfOrder { return error }
    let keys = levels.compactMap(\.key) + (key.map { [$0] } ?? [])
    return EncodingError.invalidValue(
      value,
      .init(codingPath: keys, debugDescription: "\(error)", underlyingError: error)
    )
  }
}
