public import MoltBytes

extension ByteWriter {
  /// Appends a stored date, `YYYY-MM-DD`, which is also how it is written.
  ///
  /// - Returns: False, and nothing is written, for any other text and for days that do not exist.
  ///   Python might read it or might raise.
  /// - Complexity: O(1)
  public mutating func appendDate(_ text: Span<UInt8>) -> Bool {
    guard text.count == 10 else { return false }
    let front = CalendarText.load(text, 0)
    let back = CalendarText.load(text, 2)
    let yearMonth = front ^ CalendarText.yearMonth
    let day = back ^ CalendarText.shortDate
    guard
      CalendarText.matches(yearMonth, CalendarText.yearMonth),
      CalendarText.matches(day, CalendarText.shortDate),
      CalendarText.isDate(
        yearMonth: CalendarText.pairs(yearMonth),
        day: CalendarText.byte(CalendarText.pairs(day), 6)
      )
    else { return false }
    // Safety: bytes 0 to 9 are written.
    unsafe append(reserving: 10) { output in
      unsafe output.store(front)
      unsafe output.store(back, at: 2)
      return 10
    }
    return true
  }
}
