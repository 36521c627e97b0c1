/// The containers around the value that is being made, from the outermost.
///
/// Its memory is kept for the next stack, so that a small document allocates none. Used under the
/// GIL.
///
/// Safety: frames below `count` are initialised, and have nothing to be destroyed.
@safe struct FrameStack: ~Copyable {
  typealias Frame = ObjectBuilder.Frame

  /// How many frames fit into the memory that is kept.
  private static let keptCapacity = 64
  nonisolated(unsafe) private static var kept: UnsafeMutablePointer<Frame>?

  private var base: UnsafeMutablePointer<Frame>
  private var capacity = keptCapacity
  private(set) var count = 0

  init() {
    if let memory = unsafe Self.kept {
      unsafe Self.kept = nil
      unsafe base = memory
    } else {
      unsafe base = .allocate(capacity: Self.keptCapacity)
    }
  }

  deinit {
    if unsafe capacity == Self.keptCapacity && Self.kept == nil {
      unsafe Self.kept = base
    } else {
      unsafe base.deallocate()
    }
  }

  /// The place of the innermost container; nil without one.
  @inline(__always)
  var last: Int? { count == 0 ? nil : count &- 1 }

  /// The frame at a place.
  ///
  /// - Precondition: There is one.
  @inline(__always)
  subscript(place: Int) -> Frame {
    _read {
      precondition(place < count)
      yield unsafe base[place]
    }
    _modify {
      precondition(place < count)
      yield unsafe &base[place]
    }
  }

  /// Opens a container.
  @inline(__always)
  mutating func append(_ frame: Frame) {
    if _slowPath(count == capacity) { grow() }
    unsafe (base + count).initialize(to: frame)
    count &+= 1
  }

  /// Ends the innermost container.
  ///
  /// - Precondition: There is one.
  @inline(__always)
  @discardableResult
  mutating func removeLast() -> Frame {
    precondition(count > 0)
    count &-= 1
    return unsafe base[count]
  }

  @inline(never)
  private mutating func grow() {
    let larger = UnsafeMutablePointer<Frame>.allocate(capacity: capacity * 2)
    unsafe larger.moveInitialize(from: base, count: count)
    unsafe base.deallocate()
    unsafe base = larger
    capacity *= 2
  }
}
