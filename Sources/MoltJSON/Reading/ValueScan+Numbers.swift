internal import CMoltIntrinsics

extension ValueScan {
  /// The number at an offset, where it has no exponent and up to 19 digits, and does not end the
  /// document; of no bytes otherwise.
  @inline(__always)
  func decimal(at offset: Int) -> molt_json_decimal {
    guard unsafe offset &+ Int(MOLT_JSON_NUMBER_REACH) <= count else {
      return molt_json_decimal()
    }
    let start = unsafe input + offset
    if unsafe path != MOLT_JSON_PORTABLE {
      return unsafe molt_json_read_decimal(path, start)
    }
    guard let decimal = unsafe DigitBytes.decimal(start) else { return molt_json_decimal() }
    return molt_json_decimal(
      digits: decimal.digits,
      byte_count: UInt32(truncatingIfNeeded: decimal.byteCount),
      fraction_count: UInt32(truncatingIfNeeded: decimal.fractionCount)
    )
  }

  /// The nearest `Double` of a number that was read at an offset.
  @inline(__always)
  func double(_ decimal: molt_json_decimal, at offset: Int) -> Double {
    let value =
      decimal.fraction_count == 0
      ? Double(decimal.digits)
      : Double(bitPattern: molt_nearest_double(decimal.digits, decimal.fraction_count))
    return unsafe input[offset] == 0x2D ? -value : value
  }

  /// The number behind the one that was read last, with nothing but a comma between them.
  ///
  /// Both are then elements of one array, so that what is remembered of the containers around
  /// stays as it is.
  ///
  /// - Parameter current: Where the value in front of it starts.
  /// - Returns: Where it starts and its nearest `Double`; nil where it takes a closer look.
  @inline(__always)
  func double(behind current: Int) -> (start: Int, value: Double)? {
    let position = unsafe state.pointee.position
    guard current >= 0, unsafe state.pointee.value == current,
      unsafe position < count && input[position] == 0x2C
    else { return nil }
    let start = position &+ 1
    let decimal = unsafe decimal(at: start)
    guard decimal.byte_count != 0 else { return nil }
    unsafe state.pointee.value = start
    unsafe state.pointee.position = start &+ Int(decimal.byte_count)
    return unsafe (start, double(decimal, at: start))
  }
}
