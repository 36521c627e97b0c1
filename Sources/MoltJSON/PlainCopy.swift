internal import CMoltIntrinsics

/// Copies up to 16 bytes, of which some may be special.
///
/// - Parameters:
///   - source: The bytes.
///   - width: How many, 0...16.
///   - destination: Room for as many.
///   - extra: One more special byte; see `CMoltIntrinsics`.
///   - wide: Whether bytes of 0x80 and above are plain; a constant at every call.
/// - Returns: Which of them are special, one bit each.
@inline(__always) @unsafe
func copyBlock(
  _ source: UnsafePointer<UInt8>,
  _ width: Int,
  to destination: UnsafeMutablePointer<UInt8>,
  _ extra: UInt8,
  wide: Bool
) -> UInt32 {
  width == 16
    ? unsafe molt_copy_block16(source, destination, extra, wide)
    : unsafe molt_copy_block_short(source, width, destination, extra, wide)
}

/// Copies bytes up to the first special one.
///
/// - Parameters:
///   - source: The text.
///   - count: Its length in bytes.
///   - destination: Room for `count` bytes; those after the result are scratch.
///   - extra: One more special byte; see `CMoltIntrinsics`.
///   - wide: Whether bytes of 0x80 and above are plain; a constant at every call.
/// - Returns: How many bytes come before the first special one; `count` if there is none.
@inline(__always) @unsafe
func copyPlain(
  _ source: UnsafePointer<UInt8>,
  count: Int,
  to destination: UnsafeMutablePointer<UInt8>,
  _ extra: UInt8,
  wide: Bool
) -> Int {
  if count < 16 {
    let mask = unsafe molt_copy_block_short(source, count, destination, extra, wide)
    return mask == 0 ? count : mask.trailingZeroBitCount
  }
  var offset = 0
  while offset &+ 16 <= count {
    let mask = unsafe molt_copy_block16(source + offset, destination + offset, extra, wide)
    if mask != 0 { return offset &+ mask.trailingZeroBitCount }
    offset &+= 16
  }
  if offset == count { return count }
  // The last 16 bytes again: those that were seen before are plain.
  offset = count &- 16
  let mask = unsafe molt_copy_block16(source + offset, destination + offset, extra, wide)
  return mask == 0 ? count : offset &+ mask.trailingZeroBitCount
}
