/// Entries by types, found by the type's address.
///
/// Casting a type to a protocol asks the runtime and takes long; one look at a table does not.
@safe struct TypeMap<Entry: BitwiseCopyable>: ~Copyable {
  private var types: UnsafeMutablePointer<UInt>
  private var entries: UnsafeMutablePointer<Entry>
  private var capacity = 32
  private var count = 0

  init() {
    unsafe types = .allocate(capacity: capacity)
    unsafe types.initialize(repeating: 0, count: capacity)
    unsafe entries = .allocate(capacity: capacity)
  }

  deinit {
    unsafe types.deallocate()
    unsafe entries.deallocate()
  }

  /// The entry of a type.
  ///
  /// - Complexity: O(1)
  @inline(__always)
  subscript(type: Any.Type) -> Entry? {
    let type = UInt(bitPattern: ObjectIdentifier(type))
    var index = start(type)
    while true {
      let found = unsafe types[index]
      if _fastPath(found == type) { return unsafe entries[index] }
      if found == 0 { return nil }
      index = (index &+ 1) & (capacity &- 1)
    }
  }

  @inline(__always)
  private func start(_ type: UInt) -> Int {
    Int(truncatingIfNeeded: (type &* 0x9E37_79B9_7F4A_7C15) >> 40) & (capacity &- 1)
  }

  /// Adds the entry of a type that has none.
  mutating func add(_ type: Any.Type, _ entry: Entry) {
    if count * 2 >= capacity { grow() }
    count += 1
    insert(UInt(bitPattern: ObjectIdentifier(type)), entry)
  }

  private func insert(_ type: UInt, _ entry: Entry) {
    var index = start(type)
    while unsafe types[index] != 0 { index = (index + 1) & (capacity - 1) }
    unsafe types[index] = type
    unsafe (entries + index).initialize(to: entry)
  }

  private mutating func grow() {
    let (oldTypes, oldEntries, oldCapacity) = unsafe (types, entries, capacity)
    capacity *= 2
    unsafe types = .allocate(capacity: capacity)
    unsafe types.initialize(repeating: 0, count: capacity)
    unsafe entries = .allocate(capacity: capacity)
    for index in 0..<oldCapacity where unsafe oldTypes[index] != 0 {
      unsafe insert(oldTypes[index], oldEntries[index])
    }
    unsafe oldTypes.deallocate()
    unsafe oldEntries.deallocate()
  }
}
