/// What a keyed container is about: a map of a document.
///
/// Safety: stays where it is for as long as somebody has the container; see ``ContainerShelf``.
@safe struct MapCell: BitwiseCopyable {
  let run: DecodingRun
  let map: KeyedMap
}

/// The keyed containers that were made for one type of keys, to be lent again.
///
/// The standard library puts a container into a box on the heap, and asks the runtime for the box's
/// class and the container's conformance before: that takes longer than decoding a small map. So a
/// container only points to a cell, and a box that nobody but the shelf holds gets the next map:
///
///     {"user":{…},"user":{…}}     the first map's box is free again when the second one begins
@safe struct ContainerShelf: ~Copyable {
  /// How many containers a shelf holds; a type that keeps more of them gets boxes of their own.
  private static let limit = 32
  /// How many boxes are looked at for a free one.
  private static let tries = 4

  private var boxes: [LentBox<MapCell>] = []
  /// Where a free box is looked for first.
  private var hand = 0

  /// Lets go of all containers; to be called at the end.
  mutating func retire() { while var box = boxes.popLast() { box.retire() } }

  /// A container for a map.
  @inline(__always)
  mutating func container<Key: CodingKey>(
    _ type: Key.Type,
    _ cell: MapCell
  ) -> KeyedDecodingContainer<Key> {
    for _ in 0..<min(boxes.count, Self.tries) {
      if isKnownUniquelyReferenced(&boxes[hand].box) {
        unsafe boxes[hand].cell.pointee = cell
        // Safety: a shelf is about one type of keys.
        return unsafe boxes[hand].container(KeyedDecodingContainer<Key>.self)
      }
      hand = hand &+ 1 < boxes.count ? hand &+ 1 : 0
    }
    return add(type, cell)
  }

  @inline(never)
  private mutating func add<Key: CodingKey>(
    _ type: Key.Type,
    _ cell: MapCell
  ) -> KeyedDecodingContainer<Key> {
    let place = UnsafeMutablePointer<MapCell>.allocate(capacity: 1)
    unsafe place.initialize(to: cell)
    let container = KeyedDecodingContainer(unsafe TapeKeyedContainer<Key>(place))
    var box = unsafe LentBox(container, place)
    if boxes.count < Self.limit {
      hand = boxes.count
      boxes.append(box)
    } else {
      box.retire()
    }
    return container
  }
}
