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
    let digits = (
      hexadecimal(high >> 32), hexadecimal(high), hexadecimal(low >> 32), hexadecimal(low)
    )
    // Safety: the words are stored from 0 to 36 and in their order, so that each hyphen stays.
    unsafe append(reserving: 40) { output in
      let output = UnsafeMutableRawPointer(output)
      unsafe output.storeBytes(of: digits.0, as: UInt64.self)
      unsafe output.storeBytes(of: digits.1, toByteOffset: 9, as: UInt64.self)
      unsafe output.storeBytes(of: digits.1 >> 32, toByteOffset: 14, as: UInt64.self)
      unsafe output.storeBytes(of: digits.2, toByteOffset: 19, as: UInt64.self)
      unsafe output.storeBytes(of: digits.2 >> 32, toByteOffset: 24, as: UInt64.self)
      unsafe output.storeBytes(of: digits.3, toByteOffset: 28, as: UInt64.self)
      for hyphen in [8, 13, 18, 23] {
        unsafe output.storeBytes(of: 0x2D, toByteOffset: hyphen, as: UInt8.self)
      }
      return 36
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

/// The eight digits of the lower 32 bits, the first in the lowest byte.
private func hexadecimal(_ value: UInt64) -> UInt64 {
  // Spreads the nibbles over the bytes, then turns their order.
  var digits = value & 0xFFFF_FFFF
  digits = (digits | digits << 16) & 0x0000_FFFF_0000_FFFF
  digits = (digits | digits << 8) & 0x00FF_00FF_00FF_00FF
  digits = (digits | digits << 4) & 0x0F0F_0F0F_0F0F_0F0F
  digits = digits.byteSwapped
  // Bit 4 of a byte says that its nibble is 10 or more.
  let ones: UInt64 = 0x0101_0101_0101_0101
  let letters = (digits &+ ones &* 6) >> 4 & ones
  return digits &+ ones &* 0x30 &+ letters &* 0x27
}
