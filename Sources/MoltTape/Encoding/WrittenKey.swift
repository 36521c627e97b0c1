package import MoltBytes

/// A key as it stands in a document, with all that comes before its value.
///
/// Safety: its memory is that of a ``KeyedShelf`` and has at least ``WrittenKey/block`` bytes.
@safe package struct WrittenKey: BitwiseCopyable {
  /// How many bytes are copied at once.
  private static let block = 32

  private let bytes: UnsafeMutablePointer<UInt8>?
  private let count: Int

  /// No key.
  init() {
    unsafe bytes = nil
    count = 0
  }

  /// Copies the bytes of a key, until ``deallocate()``.
  init(copying source: [UInt8]) {
    count = source.count
    let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: max(count, Self.block))
    unsafe copy.initialize(repeating: 0, count: max(count, Self.block))
    for index in source.indices { unsafe copy[index] = source[index] }
    unsafe bytes = copy
  }

  /// Whether there is a key.
  @inline(__always) var isKnown: Bool { unsafe bytes != nil }

  /// Gives the memory back.
  func deallocate() { unsafe bytes?.deallocate() }

  /// Appends the bytes: mostly one block, of which the rest is overwritten later.
  @inline(__always)
  fileprivate func append(to writer: inout ByteWriter) {
    guard let bytes = unsafe bytes else { return }
    let source = UnsafeRawPointer(bytes)
    guard count <= Self.block else {
      return unsafe writer.append(copying: UnsafeRawBufferPointer(start: source, count: count))
    }
    // Safety: a block is reserved, and there is one to read.
    unsafe writer.append(reserving: Self.block) { memory in
      let destination = UnsafeMutableRawPointer(memory)
      let first = unsafe source.loadUnaligned(as: SIMD16<UInt8>.self)
      let second = unsafe source.loadUnaligned(fromByteOffset: 16, as: SIMD16<UInt8>.self)
      unsafe destination.storeBytes(of: first, as: SIMD16<UInt8>.self)
      unsafe destination.storeBytes(of: second, toByteOffset: 16, as: SIMD16<UInt8>.self)
      return count
    }
  }
}

extension ByteWriter {
  /// Appends a key.
  package mutating func append(_ key: WrittenKey) { key.append(to: &self) }
}
