internal import CMoltIntrinsics
public import MoltBytes

extension ByteWriter {
  /// Appends a float with the fewest digits that read back as the same float, the closest to it
  /// among those.
  ///
  /// - Parameters:
  ///   - value: Any float; the non-finite ones are written as `inf`, `-inf` and `nan`.
  ///   - notation: How the digits are laid out.
  /// - Complexity: O(1), without a loop.
  public mutating func appendDouble(_ value: Double, _ notation: DoubleNotation) {
    let magnitude = value.magnitude
    guard magnitude < .infinity else {
      append(value != value ? "nan" : value < 0 ? "-inf" : "inf")
      return
    }
    // Safety: a float's text stays within that space.
    unsafe append(reserving: MOLT_DOUBLE_SPACE) { output in
      unsafe output.storeDouble(value, notation)
    }
  }

  /// Appends a float as Python's `repr` writes it.
  ///
  /// The same as ``appendDouble(_:_:)`` with ``DoubleNotation/python``.
  ///
  /// - Complexity: O(1), without a loop.
  public mutating func appendPythonRepr(_ value: Double) { appendDouble(value, .python) }
}

extension DoubleNotation {
  /// What `CMoltIntrinsics` calls it.
  @inline(__always)
  var number: Int32 {
    switch self {
    case .json: Int32(MOLT_DOUBLE_JSON)
    case .python: Int32(MOLT_DOUBLE_PYTHON)
    case .ecmaScript: Int32(MOLT_DOUBLE_ECMASCRIPT)
    }
  }
}

extension UnsafeMutablePointer<UInt8> {
  /// Writes a finite float.
  ///
  /// Safety: 48 bytes may be written.
  ///
  /// - Parameters:
  ///   - value: Any but NaN and the infinities.
  ///   - notation: How the digits are laid out.
  /// - Returns: How many of the bytes count.
  @inline(__always) @unsafe
  package func storeDouble(_ value: Double, _ notation: DoubleNotation) -> Int {
    let count = unsafe molt_store_double(value.bitPattern, notation.number, self)
    if _fastPath(count != 0) { return Int(truncatingIfNeeded: count) }
    return unsafe storeRareDouble(value, notation)
  }

  /// Writes two finite floats, between them a comma, or a comma and a space.
  ///
  /// Takes two thirds of the time of one after the other: see `molt_store_two_doubles`.
  ///
  /// Safety: 96 bytes may be written.
  ///
  /// - Parameters:
  ///   - first: Any but NaN and the infinities.
  ///   - second: Any but NaN and the infinities.
  ///   - notation: How the digits are laid out.
  ///   - gap: How many bytes stand between the two, 1 or 2.
  /// - Returns: How many of the bytes count.
  @inline(__always) @unsafe
  package func storeDoubles(
    _ first: Double,
    _ second: Double,
    _ notation: DoubleNotation,
    gap: Int = 1
  ) -> Int {
    let count = unsafe molt_store_two_doubles(
      first.bitPattern,
      second.bitPattern,
      notation.number,
      UInt32(truncatingIfNeeded: gap),
      self
    )
    if _fastPath(count != 0) { return Int(truncatingIfNeeded: count) }
    let comma = unsafe storeDouble(first, notation)
    unsafe store(0x202C as UInt16, at: comma)
    let start = comma &+ gap
    return unsafe start &+ (self + start).storeDouble(second, notation)
  }

  /// Writes zero, or a float whose digits take more than one multiplication.
  @inline(never) @unsafe
  private func storeRareDouble(_ value: Double, _ notation: DoubleNotation) -> Int {
    if value == 0 {
      guard notation != .ecmaScript else { return unsafe storeDecimal(0) }
      let count = unsafe storeDecimal(value.sign == .minus ? -1 : 0)
      unsafe store(0x302E_30 as UInt32, at: count &- 1)
      return count &+ 2
    }
    unsafe self[0] = 0x2D
    let start = value < 0 ? 1 : 0
    let decimal = ShortestDecimal(value.magnitude)
    let count = unsafe molt_store_decimal(
      decimal.leading,
      decimal.last,
      Int32(truncatingIfNeeded: decimal.point),
      notation.number,
      self + start
    )
    return start &+ Int(truncatingIfNeeded: count)
  }

  /// Writes an integer.
  ///
  /// Safety: 24 bytes may be written.
  ///
  /// - Parameter value: The integer.
  /// - Returns: How many of the bytes count.
  @unsafe package func storeDecimal(_ value: Int64) -> Int {
    unsafe self[0] = 0x2D
    let start = value < 0 ? 1 : 0
    return unsafe start &+ storeDigits(value.magnitude, to: self + start)
  }
}
