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
    return offsets[last { starts[$0] <= seconds }]
  }

  /// The offset when the zone's clocks show a time; nil outside the known stretch.
  ///
  /// An hour that comes twice is the first of the two, and one that is left out goes on with the
  /// offset before it, as Python has it for `fold=0` (PEP 495).
  ///
  /// - Complexity: O(log changes)
  func offset(showing local: Int64) -> Int32? {
    // Within a day of the first start, a change before it could still count.
    guard local >= starts[0] + 86_400 && local < end else { return nil }
    // The clocks have left the offset before a change behind when both would show a later time.
    let offset = offsets[last { starts[$0] + Int64(max(offsets[$0 - 1], offsets[$0])) <= local }]
    return local - Int64(offset) < end ? offset : nil
  }

  /// The last change that is already past, where all changes before it are; the first one is.
  private func last(_ isPast: (Int) -> Bool) -> Int {
    var low = 0
    var high = starts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if isPast(middle) { low = middle } else { high = middle }
    }
    return low
  }
}
