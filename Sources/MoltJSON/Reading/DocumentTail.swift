/// The last bytes of a document with spaces behind them, so that what is read eight or sixteen
/// bytes at a time can be read up to the end.
///
/// Safety: `padded` has room for ``capacity`` bytes.
@unsafe struct DocumentTail {
  /// How many bytes can be read from the start of any number or literal.
  static let reach = 64
  /// How many bytes of memory are needed.
  static let capacity = 2 * reach

  private let start: Int
  private let padded: UnsafeMutablePointer<UInt8>

  init(_ input: UnsafePointer<UInt8>, count: Int, memory: UnsafeMutablePointer<UInt8>) {
    unsafe start = max(count - Self.reach, 0)
    unsafe padded = memory
    unsafe memory.update(repeating: 0x20, count: Self.capacity)
    unsafe memory.update(from: input + start, count: count - start)
  }

  /// Where the bytes at an offset can be read, together with the 64 that follow.
  @inline(__always)
  func pointer(to offset: Int, in input: UnsafePointer<UInt8>) -> UnsafePointer<UInt8> {
    unsafe offset < start ? input + offset : UnsafePointer(padded + (offset &- start))
  }
}
