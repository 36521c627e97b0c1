/// What a type's own code writes to while it encodes itself: a sink, and what is open in it.
///
/// Swift's containers never say that they end, and a type may ask for a nested container or a super
/// encoder and use it later. So each container and each value that is to come has a number, a slot,
/// and what is open stands on a stack:
///
///     {"a":[1,            levels: slot 1 (map), slot 2 (array)
///     container 1 is used: the array has ended
///     {"a":[1],"b":       awaited: slot 3
///
/// A container that is used after it has ended cannot write any more where it stood. The document is
/// then encoded once more by way of a tree (``EncodedNode``), which has room everywhere.
/// An encoder uses its target again for the next document, for what it has found out about types.
@safe package final class EncodingTarget {
  /// An array or map whose end has not been written.
  struct Level {
    var slot: Int
    var isMap: Bool
    /// The key it stands under, nil for the outermost one.
    var key: (any CodingKey)?
  }

  let output: any EncodingOutput
  let options: EncodingOptions
  /// What changes from value to value.
  ///
  /// Safety: a checked access would cost more than the rest of what a value costs. No access lasts
  /// while another function runs, because the accessors below copy in and out.
  @exclusivity(unchecked) private var marks = Marks()
  @exclusivity(unchecked) private var stack: [Level] = []
  @exclusivity(unchecked) private var keyOfAwaited: (any CodingKey)?
  @exclusivity(unchecked) private var plans = TypeMap<EncodingPlan>()
  @exclusivity(unchecked) private var keyTypes = unsafe TypeMap<Unmanaged<KeyedShelf>>()
  private var shelves: [KeyedShelf] = []
  private var bulks: [any BulkEncodable.Type] = []
  /// What went wrong where nothing can be thrown.
  var failure: (any Error)? {
    didSet { if failure != nil { unsafe marks.hasFailed = true } }
  }
  private let convertsKeys: Bool
  private var convertedKeys: [String: String] = [:]

  private struct Marks {
    var innermost = EncodingTarget.none
    var awaited = 0
    var lastSlot = 0
    /// The last slot of the document before.
    var firstSlot = 0
    var isOutOfOrder = false
    var hasFailed = false
  }

  /// The key of the awaited value.
  @inline(__always)
  var awaitedKey: (any CodingKey)? {
    get { unsafe keyOfAwaited }
    set { unsafe keyOfAwaited = newValue }
  }

  /// The key of the awaited value, which comes now.
  @inline(__always)
  func takeAwaitedKey() -> (any CodingKey)? { unsafe keyOfAwaited.take() }

  /// Whether something was used after its end.
  @inline(__always)
  var isOutOfOrder: Bool {
    get { unsafe marks.isOutOfOrder }
    set { unsafe marks.isOutOfOrder = newValue }
  }

  /// Whether there is a ``failure``.
  @inline(__always)
  var hasFailed: Bool { unsafe marks.hasFailed }

  /// Whether a slot is one of a document that is over.
  func isOver(_ slot: Int) -> Bool { unsafe slot <= marks.firstSlot }

  /// No slot, not even that of a container which could not get one.
  static let none = -1

  /// The slot of the innermost level, ``none`` where a value is awaited.
  @inline(__always)
  var innermost: Int {
    get { unsafe marks.innermost }
    set { unsafe marks.innermost = newValue }
  }

  /// The slot of the value that has to come next, 0 when there is none.
  @inline(__always)
  var awaited: Int {
    get { unsafe marks.awaited }
    set { unsafe marks.awaited = newValue }
  }

  /// What is open, the outermost first.
  @inline(__always)
  var levels: [Level] {
    get { unsafe stack }
    _modify { yield unsafe &stack }
  }

  package init(_ output: any EncodingOutput, _ options: EncodingOptions) {
    self.output = output
    self.options = options
    if case .asWritten = options.keys { convertsKeys = false } else { convertsKeys = true }
    levels.reserveCapacity(16)
  }

  /// Begins another document.
  package func begin() {
    output.begin()
    unsafe marks = Marks(lastSlot: marks.lastSlot, firstSlot: marks.lastSlot)
    levels.removeAll(keepingCapacity: true)
    awaitedKey = nil
  }

  /// Lets go of what refers to the target; to be called at its end.
  package func retire() { for shelf in shelves { shelf.retire(self) } }

  /// How a type is encoded.
  @inline(__always)
  func plan<Value: Encodable>(_ type: Value.Type) -> EncodingPlan {
    unsafe plans[type] ?? addPlan(type)
  }

  @inline(never)
  private func addPlan<Value: Encodable>(_ type: Value.Type) -> EncodingPlan {
    let plan: EncodingPlan
    if let scalar = EncodingPlan.scalars[ObjectIdentifier(type)] {
      plan = EncodingPlan(kind: scalar)
    } else if type == [UInt8].self, options.arraysOfBytesAreBinary {
      plan = EncodingPlan(kind: .binary)
    } else if let bulk = type as? any BulkEncodable.Type {
      plan = EncodingPlan(kind: .bulk, index: UInt32(bulks.count))
      bulks.append(bulk)
    } else {
      plan = EncodingPlan(kind: .byItself)
    }
    unsafe plans.add(type, plan)
    return plan
  }

  /// The type of a plan for a type that is encoded in one go.
  func bulk(_ plan: EncodingPlan) -> any BulkEncodable.Type { bulks[Int(plan.index)] }

  /// A container for a map.
  @inline(__always)
  func container<Key: CodingKey>(
    _ type: Key.Type,
    _ slot: Int,
    _ level: Int
  ) -> KeyedEncodingContainer<Key> {
    guard let shelf = unsafe keyTypes[type] else {
      return addShelf(type).container(type, self, slot, level)
    }
    return unsafe shelf._withUnsafeGuaranteedRef { shelf in
      shelf.container(type, self, slot, level)
    }
  }

  @inline(never)
  private func addShelf(_ type: Any.Type) -> KeyedShelf {
    let shelf = KeyedShelf()
    shelves.append(shelf)
    unsafe keyTypes.add(type, Unmanaged.passUnretained(shelf))
    return shelf
  }

  /// A number for a container or value.
  func makeSlot() -> Int {
    let slot = unsafe marks.lastSlot &+ 1
    unsafe marks.lastSlot = slot
    return slot
  }

  /// How a key is written.
  @inline(__always)
  func converted(_ key: String) -> String { _fastPath(!convertsKeys) ? key : convert(key) }

  private func convert(_ key: String) -> String {
    if let known = convertedKeys[key] { return known }
    let written = options.keys.written(key)
    convertedKeys[key] = written
    return written
  }
}

/// Thrown to leave a type's code; the document is then encoded once more.
struct OutOfOrder: Error {}
