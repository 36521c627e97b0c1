internal import CZlib

/// Compressing with the system's zlib, so that the bytes are those of Python's module `zlib`.
///
/// Source: RFC 1950.
enum Zlib {
  /// The compressed bytes, with the default level; nil when there is no memory.
  static func compress(_ bytes: Span<UInt8>) -> [UInt8]? {
    var size = compressBound(uLong(bytes.count))
    var result = [UInt8](repeating: 0, count: Int(size))
    let status = unsafe bytes.withUnsafeBufferPointer { bytes in
      unsafe compress2(
        &result,
        &size,
        bytes.baseAddress,
        uLong(bytes.count),
        Z_DEFAULT_COMPRESSION
      )
    }
    guard status == Z_OK else { return nil }
    result.removeLast(result.count - Int(size))
    return result
  }

  /// The bytes that were compressed.
  ///
  /// Memory grows with what is there and not with what is announced.
  ///
  /// - Throws: ``SigningError/malformed``, ``SigningError/tooLarge(limit:)``.
  static func decompress(_ bytes: Span<UInt8>, limit: Int) throws(SigningError) -> [UInt8] {
    var size = min(max(4 * bytes.count, 1024), limit)
    while true {
      var result = [UInt8](repeating: 0, count: size)
      var (written, read) = (uLong(size), uLong(bytes.count))
      let status = unsafe bytes.withUnsafeBufferPointer { bytes in
        unsafe uncompress2(&result, &written, bytes.baseAddress, &read)
      }
      switch status {
      case Z_OK where read == uLong(bytes.count):
        result.removeLast(size - Int(written))
        return result
      case Z_BUF_ERROR where Int(written) == size:
        guard size < limit else { throw .tooLarge(limit: limit) }
        size = min(2 * size, limit)
      default: throw .malformed
      }
    }
  }
}
