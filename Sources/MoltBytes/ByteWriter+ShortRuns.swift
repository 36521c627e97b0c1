extension ByteWriter {
  /// Appends bytes of which there are mostly few.
  ///
  /// Up to 32 are copied in two overlapping pieces, which costs less than the call that copies any
  /// number: keys and most texts are that short.
  @inlinable @inline(__always)
  public mutating func append(short bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBytes { source in
      guard source.count <= 32 else { return unsafe append(copying: source) }
      unsafe append(reserving: 32) { memory in
        unsafe UnsafeMutableRawPointer(memory).copy(short: source)
        return source.count
      }
    }
  }
}

extension UnsafeMutableRawPointer {
  /// Copies at most 32 bytes.
  ///
  /// Safety: exactly those are read and written; both runs of memory hold them and do not overlap.
  @inlinable @inline(__always) @unsafe
  package func copy(short source: UnsafeRawBufferPointer) {
    guard let start = source.baseAddress else { return }
    let count = source.count
    if count >= 16 {
      unsafe copy(ends: SIMD16<UInt8>.self, start, count)
    } else if count >= 8 {
      unsafe copy(ends: UInt64.self, start, count)
    } else if count >= 4 {
      unsafe copy(ends: UInt32.self, start, count)
    } else if count > 0 {
      unsafe copy(ends: UInt8.self, start, count)
      unsafe storeBytes(
        of: start.load(fromByteOffset: count / 2, as: UInt8.self),
        toByteOffset: count / 2,
        as: UInt8.self
      )
    }
  }

  @inlinable @inline(__always) @unsafe
  func copy<Piece: BitwiseCopyable>(
    ends type: Piece.Type,
    _ start: UnsafeRawPointer,
    _ count: Int
  ) {
    let last = count &- MemoryLayout<Piece>.size
    let (front, back) = unsafe (
      start.loadUnaligned(as: type), start.loadUnaligned(fromByteOffset: last, as: type)
    )
    unsafe storeBytes(of: front, as: type)
    unsafe storeBytes(of: back, toByteOffset: last, as: type)
  }
}
