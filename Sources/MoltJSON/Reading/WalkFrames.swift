/// An open array or object.
struct WalkFrame {
  /// The index of its word.
  var begin: Int
  /// How many elements or pairs are read.
  var count: Int
  var isMap: Bool
}

/// The containers around the one that is read, from the outermost.
///
/// Safety: frames are read below the highest that was pushed.
@safe struct WalkFrames: ~Copyable {
  private var frames: UnsafeMutablePointer<WalkFrame>
  private var capacity = 64

  init() { unsafe frames = .allocate(capacity: capacity) }
  deinit { unsafe frames.deallocate() }

  @inline(__always)
  mutating func push(_ frame: WalkFrame, at depth: Int) {
    if _slowPath(depth >= capacity) { grow(depth) }
    unsafe frames[depth] = frame
  }

  @inline(__always)
  func frame(at depth: Int) -> WalkFrame { unsafe frames[depth] }

  @inline(never)
  private mutating func grow(_ depth: Int) {
    let larger = UnsafeMutablePointer<WalkFrame>.allocate(capacity: capacity * 2)
    unsafe larger.moveInitialize(from: frames, count: depth)
    unsafe frames.deallocate()
    unsafe frames = larger
    capacity *= 2
  }
}
