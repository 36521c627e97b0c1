internal import CMoltIntrinsics

/// How far the cursors of a document have come.
///
///     {"a": [1, {"b": 2, "c": 3}], "d": 4}
///                     ^                        after `b` was read as a number
///
/// The position is behind the 2, inside of what begins at 0, at 6 and at 10. The end of any of these
/// can be found from there on, and that of the 2, which was the last value, is the position itself.
///
/// Nothing here is more than a memory of what the document's bytes say: where it does not know, the
/// value is passed from its start.
///
/// Safety: the bytes outlive the value.
@unsafe struct ReadingState {
  /// The document, and the masks of the block at hand.
  var steps: molt_json_place
  /// Where the value starts that ends at `position`, or -1.
  var value = -1
  /// Behind a value or before one, never inside a text.
  var position = -1
  /// Where the arrays and objects begin that are open at `position`, each in the one before; known
  /// are those from `floor` up to `depth`.
  var begins = [32 of Int](repeating: 0)
  var floor = 0
  var depth = 0
  /// Of each depth the array or object whose end was found last, and that end.
  private var closed = [32 of Int](repeating: -1)
  private var ends = [32 of Int](repeating: -1)

  /// How many arrays and objects inside each other are remembered.
  private static let levels = 32

  init(_ input: UnsafePointer<UInt8>, count: Int, _ path: molt_json_path) {
    unsafe steps = molt_json_place()
    unsafe molt_json_open(&steps, path, input, count)
  }
}

/// Where a value stands.
struct ValuePlace {
  /// Its first byte.
  let offset: Int
  /// The first byte of the array or object around it, or -1.
  let parent: Int
  /// How many arrays and objects are around it.
  let depth: Int

  /// The document's value.
  init(root offset: Int) {
    self.offset = offset
    parent = -1
    depth = 0
  }

  /// A value of an array or object.
  @inline(__always)
  init(_ offset: Int, in parent: ValuePlace) {
    self.offset = offset
    self.parent = parent.offset
    depth = parent.depth &+ 1
  }
}

extension ReadingState {
  /// Remembers that a value was read to its end.
  @inline(__always)
  mutating func finish(_ place: ValuePlace, at end: Int) {
    unsafe value = place.offset
    unsafe position = end
    unsafe leave(to: place)
  }

  /// Remembers the end of an array or object.
  @inline(__always)
  mutating func close(_ container: ValuePlace, at end: Int) {
    unsafe finish(container, at: end)
    guard unsafe container.depth < Self.levels else { return }
    unsafe closed[container.depth] = container.offset
    unsafe ends[container.depth] = end
  }

  /// The end of an array or object, if it is known.
  ///
  /// It changes nothing: only a mutating function reads the arrays where they are, instead of
  /// copying them first.
  @inline(__always)
  mutating func end(of container: ValuePlace) -> Int? {
    guard unsafe container.depth < Self.levels, unsafe closed[container.depth] == container.offset
    else {
      return nil
    }
    return unsafe ends[container.depth]
  }

  /// Remembers that a value of an array or object was found.
  @inline(__always)
  mutating func enter(_ container: ValuePlace, at child: Int) {
    unsafe value = -1
    unsafe position = child
    let isInside =
      unsafe depth == container.depth &+ 1 && floor < depth
      && depth <= Self.levels && begins[depth &- 1] == container.offset
    if isInside { return }
    unsafe leave(to: container)
    guard unsafe container.depth < Self.levels else {
      unsafe depth = container.depth &+ 1
      unsafe floor = depth
      return
    }
    unsafe begins[container.depth] = container.offset
    unsafe depth = container.depth &+ 1
  }

  /// Whether the position is inside of an array or object; mutating as ``end(of:)``.
  @inline(__always)
  mutating func isInside(_ container: ValuePlace) -> Bool {
    unsafe container.depth >= floor && container.depth < depth
      && begins[container.depth] == container.offset
  }

  /// Goes out of what was opened inside of what is around a value.
  @inline(__always)
  private mutating func leave(to place: ValuePlace) {
    let isKnown =
      unsafe place.depth <= depth
      && (place.depth == 0 || (place.depth > floor && begins[place.depth &- 1] == place.parent))
    unsafe depth = place.depth
    if !isKnown { unsafe floor = place.depth }
  }
}
