#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

extension ByteWriter {
  /// A place between written bytes where others are missing.
  public struct Gap: Equatable, Sendable {
    /// How many written bytes stand before it.
    public var offset: Int
    /// How many bytes are missing.
    public var byteCount: Int

    /// A place where bytes are missing.
    ///
    /// - Parameters:
    ///   - offset: How many written bytes stand before it.
    ///   - byteCount: How many bytes are missing.
    public init(offset: Int, byteCount: Int) {
      self.offset = offset
      self.byteCount = byteCount
    }
  }

  /// Makes room at many places at once.
  ///
  ///     abcd     gaps: 1 byte at 1, 2 bytes at 3     a.bc..d
  ///
  /// What then stands in the gaps is for the caller to write with ``overwrite(_:at:)``.
  ///
  /// - Parameter gaps: In rising order of their offsets, which count from before the call.
  /// - Precondition: The offsets rise and lie within the written bytes, no gap is negative.
  /// - Complexity: O(`count` + `gaps.count`): each byte moves once, to its final place.
  public mutating func open(_ gaps: [Gap]) {
    var missing = 0
    for gap in gaps {
      precondition(gap.byteCount >= 0, "a gap is negative")
      missing += gap.byteCount
    }
    guard missing > 0 else { return }
    reserve(missing)
    var end = written
    written += missing
    for gap in gaps.reversed() {
      precondition(gap.offset >= 0 && gap.offset <= end, "gaps are not in order")
      let piece = unsafe base + gap.offset
      // Safety: everything up to `written` is reserved, and the piece ends `missing` bytes before.
      unsafe memmove(piece + missing, piece, end - gap.offset)
      missing -= gap.byteCount
      // Nobody reads memory that was never written, even if the caller leaves the gap as it is.
      unsafe memset(piece + missing, 0, gap.byteCount)
      end = gap.offset
    }
  }
}
