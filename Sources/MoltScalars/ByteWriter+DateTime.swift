public import MoltBytes

/// How a date with a time is written.
public enum DateTimeNotation: Sendable {
  /// As `DjangoJSONEncoder` does: the fraction cut to milliseconds, `2013-01-01T10:00:00.123Z`.
  case django
  /// As `isoformat()` does, but with `Z`: microseconds, `2013-01-01T10:00:00.123456Z`.
  case iso
  /// As `str()` does: `2013-01-01 10:00:00.123456+00:00`.
  case python
}

extension ByteWriter {
  /// Appends a stored date with a time, `YYYY-MM-DD HH:MM:SS` with or without a fraction of 1 to 6
  /// digits.
  ///
  /// A fraction of zeros is not written, in any notation.
  ///
  /// - Parameters:
  ///   - text: What the database holds.
  ///   - notation: How to write it.
  ///   - isUTC: Whether the value is an aware one, so that its zone is written.
  /// - Returns: False, and nothing is written, for any other text and for times that do not exist.
  ///   Python might read it or might raise.
  /// - Complexity: O(1)
  public mutating func appendDateTime(
    _ text: Span<UInt8>,
    _ notation: DateTimeNotation,
    isUTC: Bool
  ) -> Bool {
    guard text.count >= 19 else { return false }
    let date = CalendarText.load(text, 0)
    let middle = CalendarText.load(text, 8)
    let time = CalendarText.load(text, 11)
    let dateDigits = date ^ CalendarText.yearMonth
    let dayDigits = middle ^ CalendarText.dayMinute
    let timeDigits = time ^ CalendarText.time
    guard
      CalendarText.matches(dateDigits, CalendarText.yearMonth),
      CalendarText.matches(dayDigits, CalendarText.dayMinute),
      CalendarText.matches(timeDigits, CalendarText.time),
      CalendarText.isTime(CalendarText.pairs(timeDigits)),
      CalendarText.isDate(
        yearMonth: CalendarText.pairs(dateDigits),
        day: CalendarText.byte(CalendarText.pairs(dayDigits), 0)
      ),
      let fraction = CalendarText.fraction(in: text, after: 18)
    else { return false }
    // Safety: at most 32 bytes count; the farthest word is the zone's, from 26 to 33.
    unsafe append(reserving: 34) { output in
      unsafe output.store(date)
      unsafe output.store(middle, at: 8)
      unsafe output.store(time, at: 11)
      if notation != .python { unsafe output[10] = 0x54 }
      unsafe output.store(fraction, at: 19)
      let end = fraction == 0 ? 19 : notation == .django ? 23 : 26
      guard isUTC else { return end }
      // "+00:00" or "Z"
      let zone: UInt64 = notation == .python ? 0x3030_3A30_302B : 0x5A
      unsafe output.store(zone, at: end)
      return end &+ (notation == .python ? 6 : 1)
    }
    return true
  }
}
