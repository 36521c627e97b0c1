/// How far the clocks of a time zone are from UTC, for a known stretch of time.
///
/// Molt reads no time zone database: whoever describes an output sends the changes of its zone.
/// New York in the first half of 2013 is
///
///     starts   1357016400 (2013-01-01 05:00 UTC)   1362898800 (2013-03-10 07:00 UTC)
///     offsets  -18000                              -14400
///     end      1372651200 (2013-07-01 04:00 UTC)
public struct ZoneOffsets: Equatable, Sendable {
  private let starts: [Int64]
  private let offsets: [Int32]
  private let end: Int64

  /// Creates a table of offsets.
  ///
  /// The result is nil where that is not a table: nothing in it, not rising, other lengths or
  /// offsets, or years outside 1 to 9999.
  ///
  /// - Parameters:
  ///   - starts: From when each offset holds, in seconds since 1970 in UTC, rising.
  ///   - offsets: Whole minutes east of UTC, in seconds, less than a day.
  ///   - end: Until when the last offset is known.
  public init?(starts: [Int64], offsets: [Int32], end: Int64) {
    guard let first = starts.first, let last = starts.last, starts.count == offsets.count,
      zip(starts, starts.dropFirst()).allSatisfy(<), last < end,
      // Years 1 to 9999, with room for the offset.
      first > -62_135_000_000, end < 253_402_000_000,
      offsets.allSatisfy({ $0 % 60 == 0 && abs($0) < 86_400 })
    else { return nil }
    self.starts = starts
    self.offsets = offsets
    self.end = end
  }

  /// The offset at a point in time; nil outside the known stretch.
  ///
  /// - Complexity: O(log changes)
  func offset(at seconds: Int64) -> Int32? {
    guard seconds >= starts[0] && seconds < end else { return nil }
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= seconds { low = middle } else { high = middle }
    }
    return offsets[low]
  }
}
