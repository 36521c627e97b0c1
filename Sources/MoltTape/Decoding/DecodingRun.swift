/// One document that is being decoded, as its decoders and containers see it.
///
/// The standard library copies a container for each of its calls. With a reference inside, each copy
/// would count references, which costs more than to read a value; this is a pointer that counts none.
/// What it points to is never given back to the system, and says when a document is over.
@safe struct DecodingRun {
  private let core: UnsafeMutablePointer<DecodingCore>
  /// Which document is meant, of all that the core has seen.
  private let generation: UInt32

  init(_ core: UnsafeMutablePointer<DecodingCore>) {
    unsafe self.core = core
    unsafe generation = core.pointee.generation
  }

  /// Whether the document is still there.
  ///
  /// Whoever keeps a container for later finds out here. All that starts from a container asks this
  /// first, all that starts from a decoder need not: a decoder keeps its document.
  @inline(__always) var isOver: Bool { unsafe core.pointee.generation != generation }

  /// Where the document stands.
  @inline(__always) var memory: TapeMemory { unsafe core.pointee.memory }
  /// What keeps the document.
  @inline(__always) var state: DecodingState { unsafe core.pointee.state.takeUnretainedValue() }
  var options: DecodingOptions { state.options }
  /// How deep values may nest.
  @inline(__always) var depthLimit: Int { unsafe core.pointee.depthLimit }

  /// How a type is decoded.
  @inline(__always)
  func plan<Value: Decodable>(_ type: Value.Type) -> DecodingPlan {
    unsafe core.pointee.types.plan(type)
  }

  /// The type of a plan for a type that is decoded in one go.
  @inline(__always)
  func bulk(_ plan: DecodingPlan) -> any BulkDecodable.Type {
    unsafe core.pointee.types.bulks[Int(plan.index)]
  }

  /// The keys that maps had for a type of keys.
  @inline(__always) @unsafe
  func keys<Key: CodingKey>(_ type: Key.Type) -> UnsafeMutablePointer<KeyTable> {
    unsafe core.pointee.types.keys(type)
  }

  /// The frame for the maps of a depth.
  @inline(__always) @unsafe
  func frame(_ depth: Int) -> UnsafeMutablePointer<MapFrame> {
    unsafe core.pointee.frame(depth)
  }

  /// A number that no map had before.
  @inline(__always)
  func nextStamp() -> UInt32 { unsafe core.pointee.nextStamp() }

  /// The keys and indexes that lead to a value.
  func path(to index: Int) -> [any CodingKey] {
    isOver ? [] : unsafe core.pointee.trail.path(to: index, in: memory)
  }

  /// The byte where a value starts.
  func offset(of index: Int) -> Int { unsafe core.pointee.trail.offset(of: index, in: memory) }
}
