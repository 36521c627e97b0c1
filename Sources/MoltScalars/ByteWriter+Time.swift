public import MoltBytes

/// How a time of day is written.
public enum TimeNotation: Sendable {
  /// As `DjangoJSONEncoder` does: the fraction cut to milliseconds, `10:00:00.123`.
  case django
  /// As `isoformat()` does: microseconds, `10:00:00.123456`.
  case iso
}

extension ByteWriter {
  /// Appends a stored time of day, `HH:MM:SS` with or without a fraction of 1 to 6 digits.
  ///
  /// A fraction of zeros is not written, in either notation.
  ///
  /// - Returns: False, and nothing is written, for any other text and for times that do not exist,
  ///   24:00 and leap seconds among them. Python might read it or might raise.
  /// - Complexity: O(1)
  public mutating func appendTime(_ text: Span<UInt8>, _ notation: TimeNotation) -> Bool {
    guard text.count >= 8 else { return false }
    let time = CalendarText.load(text, 0)
    let digits = time ^ CalendarText.time
    guard
      CalendarText.matches(digits, CalendarText.time),
      CalendarText.isTime(CalendarText.pairs(digits)),
      let fraction = CalendarText.fraction(in: text, after: 7)
    else { return false }
    // Safety: two words are written, up to byte 15.
    unsafe append(reserving: 16) { output in
      unsafe output.store(time)
      unsafe output.store(fraction, at: 8)
      return fraction == 0 ? 8 : notation == .iso ? 15 : 12
    }
    return true
  }
}
