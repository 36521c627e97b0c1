// Pairs with the scalars that most types have.
//
// Methods of the target itself, that are not inlined: here Swift counts no reference to the output.
extension EncodingTarget {
  /// Writes a key into a map; no bytes for one that was written already.
  ///
  /// - Throws: ``OutOfOrder`` when the map has ended.
  @inline(__always)
  func write(_ name: WrittenKey, _ slot: Int, _ level: Int) throws {
    try enter(slot, level)
    if name.isKnown { output.write(name) }
  }

  @inline(never)
  func put(_ name: WrittenKey, _ value: Bool, _ slot: Int, _ level: Int) throws {
    try write(name, slot, level)
    try output.write(value)
  }

  @inline(never)
  func put(_ name: WrittenKey, _ value: String, _ slot: Int, _ level: Int) throws {
    try write(name, slot, level)
    try output.write(value)
  }

  @inline(never)
  func put(_ name: WrittenKey, _ value: Double, _ slot: Int, _ level: Int) throws {
    try write(name, slot, level)
    try encode(value)
  }

  @inline(never)
  func put(_ name: WrittenKey, _ value: Int64, _ slot: Int, _ level: Int) throws {
    try write(name, slot, level)
    try output.write(value)
  }

  @inline(never)
  func put(_ name: WrittenKey, _ value: UInt64, _ slot: Int, _ level: Int) throws {
    try write(name, slot, level)
    try output.write(value)
  }
}
