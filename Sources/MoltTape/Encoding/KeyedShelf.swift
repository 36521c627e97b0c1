/// The keyed containers that were made for one type of keys, to be lent again, and its keys as they
/// are written.
///
/// The standard library puts a container into a box on the heap, and asks the runtime for the box's
/// class and the container's conformance before: that takes longer than encoding a small map. So a
/// container only points to a cell, and a box that nobody but the shelf holds gets the next map.
///
/// The keys that Swift derives for a type are an enum of at most one byte; the bytes of each case
/// are kept from its first use on.
@safe final class KeyedShelf {
  /// How many containers a shelf holds; a type that keeps more of them gets boxes of its own.
  private static let limit = 32
  /// How many boxes are looked at for a free one.
  private static let tries = 4

  // Safety: none of these is in use while another function runs.
  @exclusivity(unchecked) private var boxes: [LentBox<KeyedCell>] = []
  /// Where a free box is looked for first.
  @exclusivity(unchecked) private var hand = 0
  @exclusivity(unchecked) private var names: UnsafeMutablePointer<WrittenKey>
  @exclusivity(unchecked) private var nameCount = 16

  init() {
    unsafe names = .allocate(capacity: nameCount)
    unsafe names.initialize(repeating: WrittenKey(), count: nameCount)
  }

  deinit {
    for index in unsafe 0..<nameCount { unsafe names[index].deallocate() }
    unsafe names.deallocate()
  }

  /// A container for a map.
  @inline(__always)
  func container<Key: CodingKey>(
    _ type: Key.Type,
    _ target: EncodingTarget,
    _ slot: Int,
    _ level: Int
  ) -> KeyedEncodingContainer<Key> {
    for _ in unsafe 0..<min(boxes.count, Self.tries) {
      if unsafe isKnownUniquelyReferenced(&boxes[hand].box) {
        unsafe boxes[hand].cell.pointee = cell(target, slot, level)
        // Safety: a shelf is about one type of keys.
        return unsafe boxes[hand].container(KeyedEncodingContainer<Key>.self)
      }
      unsafe hand = hand &+ 1 < boxes.count ? hand &+ 1 : 0
    }
    return add(type, target, slot, level)
  }

  @inline(never)
  private func add<Key: CodingKey>(
    _ type: Key.Type,
    _ target: EncodingTarget,
    _ slot: Int,
    _ level: Int
  ) -> KeyedEncodingContainer<Key> {
    let place = UnsafeMutablePointer<KeyedCell>.allocate(capacity: 1)
    unsafe place.initialize(to: cell(target, slot, level))
    let container = unsafe KeyedEncodingContainer<Key>(TargetKeyedContainer<Key>(place))
    var box = unsafe LentBox(container, place)
    if unsafe boxes.count < Self.limit {
      unsafe hand = boxes.count
      unsafe boxes.append(box)
    } else {
      box.retire(with: target)
    }
    return container
  }

  @inline(__always)
  private func cell(_ target: EncodingTarget, _ slot: Int, _ level: Int) -> KeyedCell {
    unsafe KeyedCell(
      target: Unmanaged.passUnretained(target),
      shelf: Unmanaged.passUnretained(self),
      slot: slot,
      level: level
    )
  }

  /// Lets go of all containers; to be called at the target's end.
  func retire(_ target: EncodingTarget) {
    while var box = unsafe boxes.popLast() { box.retire(with: target) }
  }

  /// The bytes of a case of the keys' enum; none before its first use.
  @inline(__always)
  func name(ofCase byte: UInt8) -> WrittenKey {
    let index = Int(byte)
    return unsafe index < nameCount ? names[index] : WrittenKey()
  }

  /// Keeps the bytes of a case.
  func learn(_ bytes: [UInt8], case byte: UInt8) {
    if unsafe Int(byte) >= nameCount { grow(to: 256) }
    unsafe names[Int(byte)] = WrittenKey(copying: bytes)
  }

  private func grow(to count: Int) {
    let larger = UnsafeMutablePointer<WrittenKey>.allocate(capacity: count)
    unsafe larger.initialize(repeating: WrittenKey(), count: count)
    unsafe larger.update(from: names, count: nameCount)
    unsafe names.deallocate()
    unsafe names = larger
    unsafe nameCount = count
  }
}

/// What a keyed container is about: a map that is being written.
///
/// Safety: the target lives as long as the container: it holds the shelf, and is an owner in
/// ``KeptBoxes`` afterwards.
@safe struct KeyedCell: BitwiseCopyable {
  let target: Unmanaged<EncodingTarget>
  let shelf: Unmanaged<KeyedShelf>
  let slot: Int
  let level: Int
}
