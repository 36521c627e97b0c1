internal import Synchronization

/// The box of a container, and the cell that the container points to.
///
/// Safety: keyed containers are one reference to their box and nothing else, which ``init`` holds
/// against their size.
@safe struct LentBox<Cell: BitwiseCopyable> {
  /// Somebody has the container while there is another reference.
  var box: AnyObject
  let cell: UnsafeMutablePointer<Cell>

  @unsafe
  init<Container>(_ container: Container, _ cell: UnsafeMutablePointer<Cell>) {
    let isReference = MemoryLayout<Container>.size == MemoryLayout<AnyObject>.size
    precondition(isReference, "a container is not one reference")
    box = unsafe unsafeBitCast(container, to: AnyObject.self)
    unsafe self.cell = cell
  }

  /// The container.
  ///
  /// Safety: it must be of the type that it was made with.
  @inline(__always) @unsafe
  func container<Container>(_ type: Container.Type) -> Container {
    unsafe unsafeBitCast(box, to: type)
  }

  /// Frees the cell, now or as soon as nobody has the container any more.
  ///
  /// - Parameter owner: What the container needs until then.
  mutating func retire(with owner: AnyObject? = nil) {
    if isKnownUniquelyReferenced(&box) { return unsafe cell.deallocate() }
    KeptBoxes.add(unsafe KeptBox(box: box, cell: UnsafeMutableRawPointer(cell), owner: owner))
  }
}

/// A box on the list of ``KeptBoxes``.
@safe struct KeptBox: @unchecked Sendable {
  // Safety: whoever takes it off the list is the only one that has it.
  var box: AnyObject
  let cell: UnsafeMutableRawPointer
  let owner: AnyObject?
}

/// The boxes of containers that may be kept longer than the coder that made them.
@safe struct KeptBoxes: @unchecked Sendable {
  // Safety: a cell on the list is read by its container only, and freed by nobody else.
  private var boxes: [KeptBox] = []
  private var sweepCount = 64
  private static let shared = Mutex(KeptBoxes())

  /// Adds a box, whose cell is freed in a later call of this.
  static func add(_ box: KeptBox) {
    // What an owner lets go of may come here again, so that must not happen under the lock.
    let free = shared.withLock { shared in
      shared.boxes.append(box)
      return shared.boxes.count < shared.sweepCount ? [] : shared.sweep()
    }
    for box in free { unsafe box.cell.deallocate() }
  }

  /// Takes out what nobody has any more.
  ///
  /// - Complexity: O(boxes), at most once in as many calls as there are boxes left.
  private mutating func sweep() -> [KeptBox] {
    var free: [KeptBox] = []
    for index in boxes.indices.reversed() where isKnownUniquelyReferenced(&boxes[index].box) {
      boxes.swapAt(index, boxes.count - 1)
      free.append(boxes.removeLast())
    }
    sweepCount = max(64, boxes.count * 2)
    return free
  }
}
