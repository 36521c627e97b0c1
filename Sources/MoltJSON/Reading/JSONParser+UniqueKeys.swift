internal import MoltTape

extension JSONParser {
  /// Checks that no object on the tape has the same key twice.
  ///
  /// The keys of each object are sorted by their bytes, which takes as long for keys that somebody
  /// chose with care as for any others.
  func checkKeys(_ input: Span<UInt8>) throws(JSONError) {
    let memory = unsafe TapeMemory(tape, input: input, format: .json)
    var keys: [Int] = []
    var first = Int.max
    var index = 0
    while index < tape.count {
      let word = memory.word(index)
      if word.kind == .map {
        collectKeys(of: index, memory, into: &keys)
        first = min(first, firstRepeated(&keys, memory))
      }
      index += word.wordCount
    }
    guard first != .max else { return }
    throw JSONError(.duplicateKey, at: offset(ofTextAt: first, memory, input))
  }

  /// Gets the indexes of an object's keys.
  private func collectKeys(of map: Int, _ memory: TapeMemory, into keys: inout [Int]) {
    keys.removeAll(keepingCapacity: true)
    let end = memory.end(of: map)
    var index = map + 1
    while index < end {
      keys.append(index)
      index = memory.end(of: index + 1)
    }
  }

  /// The lowest index of a key that an earlier one equals, or `Int.max`.
  private func firstRepeated(_ keys: inout [Int], _ memory: TapeMemory) -> Int {
    keys.sort { left, right in
      let order = compare(left, right, memory)
      return order == 0 ? left < right : order < 0
    }
    var first = Int.max
    for (left, right) in zip(keys, keys.dropFirst()) where compare(left, right, memory) == 0 {
      first = min(first, right)
    }
    return first
  }

  /// Less than, equal to or greater than 0, as the bytes of one text are to those of the other.
  private func compare(_ left: Int, _ right: Int, _ memory: TapeMemory) -> Int {
    let left = unsafe memory.bytes(of: memory.word(left))
    let right = unsafe memory.bytes(of: memory.word(right))
    for index in 0..<min(left.count, right.count) where unsafe left[index] != right[index] {
      return unsafe left[index] < right[index] ? -1 : 1
    }
    return left.count - right.count
  }

  /// Where the opening quote of a text stands: the tape does not say for one with escapes.
  private func offset(ofTextAt index: Int, _ memory: TapeMemory, _ input: Span<UInt8>) -> Int {
    var remaining = 0
    var place = 0
    while place < index {
      let word = memory.word(place)
      if word.kind == .text || word.kind == .arenaText { remaining += 1 }
      place += word.wordCount
    }
    var offset = 0
    var isInside = false
    while offset < input.count {
      let byte = input[offset]
      if byte == 0x22 {
        if !isInside && remaining == 0 { return offset }
        remaining -= isInside ? 0 : 1
        isInside.toggle()
      }
      offset += byte == 0x5C ? 2 : 1
    }
    return offset
  }
}
