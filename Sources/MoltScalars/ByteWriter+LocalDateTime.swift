public import MoltBytes

extension ByteWriter {
  /// Appends a stored point in time, which is in UTC, as the clocks of a time zone show it.
  ///
  /// `2013-03-10 07:00:00` in New York is `2013-03-10T03:00:00-04:00`; an offset of zero is `Z`.
  ///
  /// - Parameters:
  ///   - text: What the database holds, as for ``appendDateTime(_:_:isUTC:)``.
  ///   - zone: The zone's offsets.
  /// - Returns: False, and nothing is written, where that function refuses and for points in time
  ///   outside the zone's known stretch.
  /// - Complexity: O(log changes of the zone)
  public mutating func appendDateTime(_ text: Span<UInt8>, in zone: ZoneOffsets) -> Bool {
    let start = count
    guard appendDateTime(text, .iso, isUTC: false) else { return false }
    let date = CivilDate(
      year: digits(4, start),
      month: digits(2, start + 5),
      day: digits(2, start + 8)
    )
    let time = (digits(2, start + 11) * 60 + digits(2, start + 14)) * 60 + digits(2, start + 17)
    let seconds = date.dayNumber * 86_400 + time
    guard let offset = zone.offset(at: Int64(seconds)) else {
      truncate(to: start)
      return false
    }
    if offset == 0 {
      append(0x5A)
      return true
    }
    let local = seconds + Int(offset)
    let dayNumber = local >= 0 ? local / 86_400 : (local - 86_399) / 86_400
    let localTime = local - dayNumber * 86_400
    let localDate = CivilDate(dayNumber: dayNumber)
    overwriteDigits(localDate.year / 100, start)
    overwriteDigits(localDate.year % 100, start + 2)
    overwriteDigits(localDate.month, start + 5)
    overwriteDigits(localDate.day, start + 8)
    overwriteDigits(localTime / 3_600, start + 11)
    overwriteDigits(localTime / 60 % 60, start + 14)
    appendOffset(minutes: Int(offset) / 60)
    return true
  }

  /// Appends an offset from UTC, such as `-05:00`.
  mutating func appendOffset(minutes: Int) {
    let size = abs(minutes)
    append(minutes < 0 ? 0x2D : 0x2B)
    append("00:00")
    overwriteDigits(size / 60, count - 5)
    overwriteDigits(size % 60, count - 2)
  }

  /// The number that `count` digits at `offset` of the output make.
  private func digits(_ count: Int, _ offset: Int) -> Int {
    let bytes = span
    return (offset..<(offset + count)).reduce(0) { $0 * 10 + Int(bytes[$1] & 0x0F) }
  }

  /// Writes a number below 100 over two digits.
  private mutating func overwriteDigits(_ value: Int, _ offset: Int) {
    let characters = 0x3030 | (value / 10) << 8 | value % 10
    overwrite(UInt16(truncatingIfNeeded: characters), at: offset)
  }
}
