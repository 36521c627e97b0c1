/// A container and the map that it is about, for one map after the other.
///
/// The standard library keeps a container in an object of its own. To use that again, when nobody has
/// it any more, costs less than to make another one for each map.
@unsafe struct ContainerSlot {
  fileprivate(set) var run: DecodingRun
  fileprivate(set) var map: KeyedMap
  fileprivate(set) var keyType: any CodingKey.Type
  /// The object with the container that points here.
  fileprivate var object: AnyObject?
  /// Another slot of the same depth, for when this one is in use.
  fileprivate var next: UnsafeMutablePointer<ContainerSlot>?

  fileprivate init(_ run: DecodingRun, _ map: KeyedMap, _ keyType: any CodingKey.Type) {
    unsafe self.run = run
    unsafe self.map = map
    unsafe self.keyType = keyType
  }

  /// The container, as one for keys of a type with as many bits.
  @inline(__always)
  func container<Key: CodingKey>(_ type: Key.Type) -> KeyedDecodingContainer<Key> {
    // Safety: see `KeyedContainerBits`.
    unsafe unsafeBitCast(object, to: KeyedDecodingContainer<Key>.self)
  }

  /// Whether nobody else has the object.
  fileprivate var isFree: Bool {
    @inline(__always) mutating get { unsafe isKnownUniquelyReferenced(&object) }
  }
}

/// The slots of one depth.
@safe struct ContainerSlots {
  private var first: UnsafeMutablePointer<ContainerSlot>?

  /// A slot for a map: one that is free, or another one.
  @inline(__always) @unsafe
  mutating func take<Container: EnumKeyedContainer>(
    _: Container.Type,
    _ run: DecodingRun,
    _ map: KeyedMap,
    _ keyType: any CodingKey.Type
  ) -> UnsafeMutablePointer<ContainerSlot> {
    let slot: UnsafeMutablePointer<ContainerSlot>
    if let first = unsafe first, unsafe first.pointee.isFree {
      unsafe slot = first
    } else {
      unsafe slot = another(Container.self, run, map, keyType)
    }
    unsafe slot.pointee.run = run
    unsafe slot.pointee.map = map
    unsafe slot.pointee.keyType = keyType
    return unsafe slot
  }

  @inline(never) @unsafe
  private mutating func another<Container: EnumKeyedContainer>(
    _: Container.Type,
    _ run: DecodingRun,
    _ map: KeyedMap,
    _ keyType: any CodingKey.Type
  ) -> UnsafeMutablePointer<ContainerSlot> {
    var place = unsafe first
    while let slot = unsafe place {
      if unsafe slot.pointee.isFree { return unsafe slot }
      unsafe place = slot.pointee.next
    }
    let slot = UnsafeMutablePointer<ContainerSlot>.allocate(capacity: 1)
    unsafe slot.initialize(to: ContainerSlot(run, map, keyType))
    let container = KeyedDecodingContainer(unsafe Container(slot))
    // Safety: see `KeyedContainerBits`.
    unsafe slot.pointee.object = unsafeBitCast(container, to: AnyObject.self)
    unsafe slot.pointee.next = first
    unsafe first = slot
    return unsafe slot
  }

  /// Gives the memory back, but for slots whose container somebody has kept.
  mutating func release() {
    while let slot = unsafe first {
      unsafe first = slot.pointee.next
      guard unsafe slot.pointee.isFree else { continue }
      unsafe slot.deinitialize(count: 1)
      unsafe slot.deallocate()
    }
  }
}
