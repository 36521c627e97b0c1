internal import Synchronization

/// The variable parts of a ``DecodingState``, in memory that stays valid for ever.
///
/// Cores go from one state to the next through a pool. Their generation changes whenever a document
/// is over, so that a container that somebody kept sees that it is, and reads nothing.
@safe struct DecodingCore: ~Copyable {
  var generation: UInt32 = 0
  var memory: TapeMemory
  var state: Unmanaged<DecodingState>
  var types: TypeTable
  let depthLimit: Int
  var trail: ErrorTrail
  private var frames: UnsafeMutablePointer<MapFrame>
  private var frameCount = 8
  private var stamp: UInt32 = 0

  init(_ state: DecodingState, _ document: TapeDocument) {
    memory = document.memory
    trail = ErrorTrail(startingAt: document.startOffset)
    unsafe self.state = Unmanaged.passUnretained(state)
    types = TypeTable(state.options)
    depthLimit = state.options.depth
    unsafe frames = .allocate(capacity: 8)
    for index in 0..<8 { unsafe (frames + index).initialize(to: MapFrame()) }
  }

  deinit {
    for index in 0..<frameCount { unsafe frames[index].release() }
    unsafe frames.deallocate()
  }

  /// The frame for the maps of a depth.
  @inline(__always) @unsafe
  mutating func frame(_ depth: Int) -> UnsafeMutablePointer<MapFrame> {
    if _slowPath(depth >= frameCount) { growFrames(depth) }
    return unsafe frames + depth
  }

  @inline(never)
  private mutating func growFrames(_ depth: Int) {
    let size = max(frameCount * 2, depth + 1)
    let larger = UnsafeMutablePointer<MapFrame>.allocate(capacity: size)
    unsafe larger.moveInitialize(from: frames, count: frameCount)
    for index in frameCount..<size { unsafe (larger + index).initialize(to: MapFrame()) }
    unsafe frames.deallocate()
    unsafe frames = larger
    frameCount = size
  }

  /// A number that no map had before.
  @inline(__always)
  mutating func nextStamp() -> UInt32 {
    stamp &+= 1
    if _slowPath(stamp == 0) {
      for index in 0..<frameCount { unsafe frames[index].clear() }
      stamp = 1
    }
    return stamp
  }

  /// Begins another document.
  mutating func begin(_ document: TapeDocument) {
    memory = document.memory
    trail = ErrorTrail(startingAt: document.startOffset)
    for index in 0..<frameCount { unsafe frames[index].leave() }
  }
}

/// The memory of cores that no state uses.
@safe struct CorePool: @unchecked Sendable {
  // Safety: the pointers are handed on under a lock, and each has one user at a time.
  private var free: [UnsafeMutablePointer<DecodingCore>] = unsafe []
  private var generations: [UInt32] = []
  private static let shared = Mutex(CorePool())

  /// Takes a core, for a state that is about to use it.
  static func take(_ state: DecodingState, _ document: TapeDocument)
    -> UnsafeMutablePointer<DecodingCore>
  {
    let (found, generation) = unsafe shared.withLock { pool in
      unsafe (pool.free.popLast(), pool.generations.popLast() ?? 0)
    }
    let core = unsafe found ?? .allocate(capacity: 1)
    unsafe core.initialize(to: DecodingCore(state, document))
    unsafe core.pointee.generation = generation
    return unsafe core
  }

  /// Takes a core back; who still has its address finds another generation there.
  static func put(_ core: UnsafeMutablePointer<DecodingCore>) {
    let generation = unsafe core.pointee.generation &+ 1
    unsafe core.deinitialize(count: 1)
    // The generation is the first of the core's fields, and the only one that may be read from here on.
    unsafe UnsafeMutableRawPointer(core).storeBytes(of: generation, as: UInt32.self)
    shared.withLock { pool in
      unsafe pool.free.append(core)
      pool.generations.append(generation)
    }
  }
}
