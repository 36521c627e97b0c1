internal import CMoltPython
internal import MoltBytes
internal import MoltScalars

extension ByteWriter {
  /// Appends a date as `YYYY-MM-DD`.
  mutating func appendDate(_ moment: Moment) {
    let year = moment.fields.year
    append(twoDigits: year / 100)
    append(twoDigits: year % 100)
    append(0x2D)
    append(twoDigits: moment.fields.month)
    append(0x2D)
    append(twoDigits: moment.fields.day)
  }

  /// Appends a time as `HH:MM:SS`, and the microseconds unless there are none.
  ///
  /// - Parameters:
  ///   - moment: The time.
  ///   - isCut: Whether the fraction ends after milliseconds, as `DjangoJSONEncoder` cuts it.
  mutating func appendClock(_ moment: Moment, isCut: Bool) {
    append(twoDigits: moment.fields.hour)
    append(0x3A)
    append(twoDigits: moment.fields.minute)
    append(0x3A)
    append(twoDigits: moment.fields.second)
    let fraction = moment.fields.microsecond
    guard fraction != 0 else { return }
    append(0x2E)
    append(twoDigits: fraction / 10_000)
    append(UInt8(truncatingIfNeeded: fraction / 1000 % 10) | 0x30)
    guard !isCut else { return }
    append(UInt8(truncatingIfNeeded: fraction / 100 % 10) | 0x30)
    append(twoDigits: fraction % 100)
  }

  /// Appends an offset from UTC as `isoformat()` does: `+HH:MM`, with seconds and their fraction
  /// where there are some.
  ///
  /// - Parameters:
  ///   - offset: A timedelta of less than a day.
  ///   - isShort: Whether an offset of zero is `Z`.
  mutating func appendOffset(_ offset: Moment, isShort: Bool) {
    var microseconds = offset.microseconds
    if isShort, microseconds == 0 { return append(0x5A) }
    append(microseconds < 0 ? 0x2D : 0x2B)
    microseconds = abs(microseconds)
    let seconds = Int32(truncatingIfNeeded: microseconds / 1_000_000)
    append(twoDigits: seconds / 3600)
    append(0x3A)
    append(twoDigits: seconds / 60 % 60)
    let fraction = Int32(truncatingIfNeeded: microseconds % 1_000_000)
    guard seconds % 60 != 0 || fraction != 0 else { return }
    append(0x3A)
    append(twoDigits: seconds % 60)
    guard fraction != 0 else { return }
    append(0x2E)
    append(sixDigits: fraction)
  }

  /// Appends a timedelta as Django's `duration_iso_string` does: `-P0DT00H00M00.000001S`.
  mutating func appendISODuration(_ duration: Moment) {
    let day: Int128 = 86_400_000_000
    var total =
      Int128(duration.fields.days) * day + Int128(duration.fields.seconds) * 1_000_000
      + Int128(duration.fields.microsecond)
    if total < 0 {
      append(0x2D)
      total = -total
    }
    append(0x50)
    appendDecimal(Int64(total / day))
    let rest = Int64(total % day)
    let seconds = Int32(truncatingIfNeeded: rest / 1_000_000)
    append("DT")
    append(twoDigits: seconds / 3600)
    append(0x48)
    append(twoDigits: seconds / 60 % 60)
    append(0x4D)
    append(twoDigits: seconds % 60)
    let fraction = Int32(truncatingIfNeeded: rest % 1_000_000)
    if fraction != 0 {
      append(0x2E)
      append(sixDigits: fraction)
    }
    append(0x53)
  }

  /// Appends a UUID in lower case with hyphens.
  mutating func appendUUID(high: UInt64, low: UInt64) {
    for (word, from) in [(high, 0), (low, 16)] {
      for digit in 0..<16 {
        if [8, 12, 16, 20].contains(from + digit) { append(0x2D) }
        let value = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * digit) & 0xF)
        append(value < 10 ? value + 0x30 : value + 0x57)
      }
    }
  }

  private mutating func append(twoDigits value: Int32) {
    append(UInt8(truncatingIfNeeded: value / 10) | 0x30)
    append(UInt8(truncatingIfNeeded: value % 10) | 0x30)
  }

  private mutating func append(sixDigits value: Int32) {
    append(twoDigits: value / 10_000)
    append(twoDigits: value / 100 % 100)
    append(twoDigits: value % 100)
  }
}
