/// Finds the way to values that could not be decoded, in time that adds up to one walk.
///
/// Nothing keeps track of paths while all goes well: the way to a value follows from its place on the
/// tape, found from the root by stepping over what does not hold it. Some types try one kind after
/// the other and so fail for each element of a long array; the search goes on where the last one
/// ended then.
struct ErrorTrail {
  /// An element, or a key with its value, that holds what was last looked for.
  private struct Step {
    let parent: Int
    let child: Int
    let ordinal: Int
  }

  private var steps: [Step] = []
  private var locator: OffsetLocator
  private let startOffset: Int

  /// Creates a trail for a document whose value starts at an offset.
  init(startingAt offset: Int) {
    startOffset = offset
    locator = OffsetLocator(startingAt: offset)
  }

  /// The keys and indexes that lead to a value.
  mutating func path(to target: Int, in memory: TapeMemory) -> [any CodingKey] {
    var path: [any CodingKey] = []
    var index = 0
    var level = 0
    while index < target {
      let word = memory.word(index)
      switch word.kind {
      case .tag: index += word.wordCount
      case .array, .map:
        let step = step(from: index, to: target, level, memory)
        level += 1
        path.append(key(of: step, word.kind, memory))
        index = word.kind == .map ? memory.end(of: step.child) : step.child
        // The key itself is what was looked for.
        if index > target { return path }
      default: return path
      }
    }
    return path
  }

  /// The child of an array or map that holds a value, and its key if that is the value.
  private mutating func step(
    from parent: Int,
    to target: Int,
    _ level: Int,
    _ memory: TapeMemory
  ) -> Step {
    let isMap = memory.word(parent).kind == .map
    var child = parent + 1
    var ordinal = 0
    if level < steps.count {
      let last = steps[level]
      if last.parent == parent, last.child <= target {
        child = last.child
        ordinal = last.ordinal
      } else {
        steps.removeSubrange(level...)
      }
    }
    while true {
      let value = isMap ? memory.end(of: child) : child
      let end = memory.end(of: value)
      if target < end { break }
      child = end
      ordinal += 1
    }
    let step = Step(parent: parent, child: child, ordinal: ordinal)
    if level < steps.count { steps[level] = step } else { steps.append(step) }
    return step
  }

  private func key(of step: Step, _ kind: TapeWord.Kind, _ memory: TapeMemory) -> TapeKey {
    guard kind == .map else { return TapeKey(index: step.ordinal) }
    // Safety: the value does not leave this function.
    let key = unsafe TapeValue(memory, at: step.child)
    if let text = try? key.string() { return TapeKey(stringValue: text) }
    if let number = try? key.integer(Int.self) { return TapeKey(intValue: number) }
    return TapeKey(stringValue: "a key that is \(key.kind.phrase)")
  }

  /// The byte where a value starts.
  mutating func offset(of target: Int, in memory: TapeMemory) -> Int {
    if locator.index > target { locator = OffsetLocator(startingAt: startOffset) }
    return locator.advance(to: target, in: memory)
  }
}
