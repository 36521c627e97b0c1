/// How a type is decoded.
struct DecodingPlan {
  /// The kinds of types.
  enum Kind: UInt8 {
    /// Decoded by its own `init(from:)`.
    case byItself
    case boolean, string, double, float
    case int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64
    case doubles, integers, strings
    /// Decoded in one go.
    case bulk
    /// Decoded as the options say.
    case converted
  }

  let kind: Kind
  /// Which one of the ``TypeTable``'s bulk types, or of the options' conversions.
  var index: UInt32 = 0
}

/// What a decoder has found out about the types it met.
///
/// Casting a type to a protocol asks the runtime and takes long; one look at a table does not. It is
/// found by the type's address.
@safe struct TypeTable: ~Copyable {
  @safe private struct Slot {
    var type: UInt = 0
    var plan = DecodingPlan(kind: .byItself)
    var keys: UnsafeMutablePointer<KeyTable>?
  }

  private var slots: UnsafeMutablePointer<Slot>
  private var capacity = 32
  private var count = 0
  private(set) var bulks: [any BulkDecodable.Type] = []
  private let conversions: [ObjectIdentifier: Int]
  private let form: DecodingOptions.Keys

  init(_ options: DecodingOptions) {
    conversions = options.conversionIndexes
    form = options.keys
    unsafe slots = .allocate(capacity: capacity)
    unsafe slots.initialize(repeating: Slot(), count: capacity)
  }

  deinit {
    for index in 0..<capacity {
      unsafe slots[index].keys?.deinitialize(count: 1)
      unsafe slots[index].keys?.deallocate()
    }
    unsafe slots.deinitialize(count: capacity)
    unsafe slots.deallocate()
  }

  /// How a type is decoded.
  @inline(__always)
  mutating func plan<Value: Decodable>(_ type: Value.Type) -> DecodingPlan {
    let index = index(of: UInt(bitPattern: ObjectIdentifier(type)))
    if _fastPath(index >= 0) { return unsafe slots[index].plan }
    return addPlan(type)
  }

  /// The keys that maps had for a type of keys.
  @inline(__always) @unsafe
  mutating func keys<Key: CodingKey>(_ type: Key.Type) -> UnsafeMutablePointer<KeyTable> {
    let index = index(of: UInt(bitPattern: ObjectIdentifier(type)))
    if _fastPath(index >= 0), let keys = unsafe slots[index].keys { return unsafe keys }
    return unsafe addKeys(UInt(bitPattern: ObjectIdentifier(type)))
  }

  @inline(never) @unsafe
  private mutating func addKeys(_ type: UInt) -> UnsafeMutablePointer<KeyTable> {
    let keys = UnsafeMutablePointer<KeyTable>.allocate(capacity: 1)
    unsafe keys.initialize(to: KeyTable(form))
    unsafe add(Slot(type: type, keys: keys))
    return unsafe keys
  }

  /// Where the slot of a type stands; negative when there is none.
  @inline(__always)
  private func index(of type: UInt) -> Int {
    var index = start(type)
    while true {
      let found = unsafe slots[index].type
      if found == type { return index }
      if found == 0 { return -1 }
      index = (index &+ 1) & (capacity &- 1)
    }
  }

  @inline(__always)
  private func start(_ type: UInt) -> Int {
    Int(truncatingIfNeeded: (type &* 0x9E37_79B9_7F4A_7C15) >> 40) & (capacity &- 1)
  }

  @inline(never)
  private mutating func addPlan<Value: Decodable>(_ type: Value.Type) -> DecodingPlan {
    let id = ObjectIdentifier(type)
    let plan: DecodingPlan
    if let conversion = conversions[id] {
      plan = DecodingPlan(kind: .converted, index: UInt32(conversion))
    } else if let scalar = Self.scalars[id] {
      plan = DecodingPlan(kind: scalar)
    } else if let bulk = type as? any BulkDecodable.Type {
      plan = DecodingPlan(kind: .bulk, index: UInt32(bulks.count))
      bulks.append(bulk)
    } else {
      plan = DecodingPlan(kind: .byItself)
    }
    unsafe add(Slot(type: UInt(bitPattern: id), plan: plan))
    return plan
  }

  private mutating func add(_ slot: Slot) {
    if count * 2 >= capacity { grow() }
    count += 1
    insert(slot)
  }

  private func insert(_ slot: Slot) {
    var index = start(slot.type)
    while unsafe slots[index].type != 0 { index = (index + 1) & (capacity - 1) }
    unsafe slots[index] = slot
  }

  private mutating func grow() {
    let old = unsafe slots
    let oldCapacity = capacity
    capacity *= 2
    unsafe slots = .allocate(capacity: capacity)
    unsafe slots.initialize(repeating: Slot(), count: capacity)
    for index in 0..<oldCapacity where unsafe old[index].type != 0 { insert(unsafe old[index]) }
    unsafe old.deinitialize(count: oldCapacity)
    unsafe old.deallocate()
  }

  private static var scalars: [ObjectIdentifier: DecodingPlan.Kind] {
    [
      ObjectIdentifier(Bool.self): .boolean, ObjectIdentifier(String.self): .string,
      ObjectIdentifier(Double.self): .double, ObjectIdentifier(Float.self): .float,
      ObjectIdentifier(Int.self): .int, ObjectIdentifier(Int8.self): .int8,
      ObjectIdentifier(Int16.self): .int16, ObjectIdentifier(Int32.self): .int32,
      ObjectIdentifier(Int64.self): .int64, ObjectIdentifier(UInt.self): .uint,
      ObjectIdentifier(UInt8.self): .uint8, ObjectIdentifier(UInt16.self): .uint16,
      ObjectIdentifier(UInt32.self): .uint32, ObjectIdentifier(UInt64.self): .uint64,
      ObjectIdentifier([Double].self): .doubles, ObjectIdentifier([Int].self): .integers,
      ObjectIdentifier([String].self): .strings,
    ]
  }
}
