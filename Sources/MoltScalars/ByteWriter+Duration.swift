public import MoltBytes

/// How a duration is written.
public enum DurationNotation: Sendable {
  /// As Django's `duration_iso_string`: `P1DT02H03M04.000005S`.
  case iso
  /// As Django's `duration_string`: `1 02:03:04.000005`.
  case django
  /// As `str(timedelta)`: `1 day, 2:03:04.000005`.
  case python
  /// As `str(timedelta.total_seconds())`: `93784.000005`.
  case seconds
}

extension ByteWriter {
  /// Appends a duration.
  ///
  /// A negative one is written as Python's `timedelta` is built, with negative days and a positive
  /// time of day: -1 microsecond is `-1 23:59:59.999999`. Only ``DurationNotation/iso`` has a sign
  /// in front of the whole: `-P0DT00H00M00.000001S`.
  ///
  /// - Complexity: O(1)
  public mutating func appendDuration(microseconds: Int64, _ notation: DurationNotation) {
    switch notation {
    case .iso:
      append(microseconds < 0 ? "-P" : "P")
      let parts = DurationParts(microseconds.magnitude)
      appendDecimal(parts.days)
      append("DT")
      appendTwoDigits(parts.hours, 0x48)
      appendTwoDigits(parts.minutes, 0x4D)
      appendSeconds(parts)
      append(0x53)
    case .django:
      let parts = DurationParts(microseconds)
      if parts.days != 0 {
        appendDecimal(parts.days)
        append(0x20)
      }
      appendTwoDigits(parts.hours, 0x3A)
      appendTwoDigits(parts.minutes, 0x3A)
      appendSeconds(parts)
    case .python:
      let parts = DurationParts(microseconds)
      if parts.days != 0 {
        appendDecimal(parts.days)
        append(parts.days.magnitude == 1 ? " day, " : " days, ")
      }
      appendDecimal(parts.hours)
      append(0x3A)
      appendTwoDigits(parts.minutes, 0x3A)
      appendSeconds(parts)
    case .seconds:
      appendPythonRepr(seconds(microseconds))
    }
  }

  /// Appends seconds with two digits, and microseconds with six unless there are none.
  private mutating func appendSeconds(_ parts: DurationParts) {
    // Safety: bytes 0 to 9 are written.
    unsafe append(reserving: 10) { output in
      let fraction = DecimalDigits.eight(parts.microseconds) | DecimalDigits.ascii
      unsafe output.store(fraction, at: 1)
      unsafe output.store(twoDigits(parts.seconds))
      unsafe output[2] = 0x2E
      return parts.microseconds == 0 ? 2 : 9
    }
  }

  /// Appends two digits and what follows them.
  private mutating func appendTwoDigits(_ value: UInt64, _ separator: UInt8) {
    // Safety: bytes 0 to 2 are written.
    unsafe append(reserving: 3) { output in
      unsafe output.store(twoDigits(value))
      unsafe output[2] = separator
      return 3
    }
  }
}

/// The characters of a number below 100.
private func twoDigits(_ value: UInt64) -> UInt16 {
  UInt16(truncatingIfNeeded: value / 10 | (value % 10) << 8 | 0x3030)
}

/// The numbers that Django's `_get_duration_components` gives.
private struct DurationParts {
  var days: Int64
  var hours: UInt64
  var minutes: UInt64
  var seconds: UInt64
  var microseconds: UInt64

  /// How many microseconds a day has.
  private static let day: UInt64 = 86_400_000_000

  /// Splits a duration that is not negative.
  init(_ magnitude: UInt64) {
    self.init(days: Int64(truncatingIfNeeded: magnitude / Self.day), rest: magnitude % Self.day)
  }

  /// Splits a duration so that only the days can be negative.
  init(_ duration: Int64) {
    let (days, rest) = duration.quotientAndRemainder(dividingBy: Int64(Self.day))
    let isShort = rest < 0
    self.init(
      days: isShort ? days &- 1 : days,
      rest: isShort ? Self.day &- rest.magnitude : rest.magnitude
    )
  }

  private init(days: Int64, rest: UInt64) {
    let seconds = rest / 1_000_000
    self.days = days
    self.hours = seconds / 3600
    self.minutes = seconds / 60 % 60
    self.seconds = seconds % 60
    self.microseconds = rest % 1_000_000
  }
}

/// The number nearest to a millionth of `microseconds`, half to even, as Python divides integers.
private func seconds(_ microseconds: Int64) -> Double {
  let magnitude = microseconds.magnitude
  if magnitude <= 1 << 53 { return Double(microseconds) / 1e6 }
  // The quotient times 2^30 has more than 60 bits, and the lowest one says whether there is a
  // rest, so that rounding it to 53 bits gives what rounding the exact quotient would give.
  let (quotient, rest) = (UInt128(magnitude) << 30).quotientAndRemainder(dividingBy: 1_000_000)
  let excess = 64 - min(quotient.leadingZeroBitCount, 64)
  let kept = UInt64(truncatingIfNeeded: quotient >> UInt128(excess))
  let isInexact = rest != 0 || UInt128(kept) << UInt128(excess) != quotient
  let value = Double(kept | (isInexact ? 1 : 0)) * Double(1 << excess) * 0x1p-30
  return microseconds < 0 ? -value : value
}
