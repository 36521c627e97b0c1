public import MoltBytes

/// The limits of Python's calendar, and how its dates and times become characters.
private enum Calendar {
  /// 0001-01-01 to 9999-12-31 as days since 1970.
  static let days: ClosedRange<Int64> = -719_162...2_932_896
  static let microsecondsPerDay: Int64 = 86_400_000_000

  /// The characters `YYYY-MM-DD`.
  @inline(__always)
  static func date(_ dayNumber: Int64) -> (front: UInt64, day: UInt16) {
    let date = CivilDate(dayNumber: Int(truncatingIfNeeded: dayNumber))
    let number = (date.year &* 100 &+ date.month) &* 100 &+ date.day
    let digits = DecimalDigits.eight(UInt64(truncatingIfNeeded: number)) | DecimalDigits.ascii
    let year = digits & 0xFFFF_FFFF
    let month = digits >> 32 & 0xFFFF
    let front = year | 0x2D << 32 | month << 40 | 0x2D << 56
    return (front, UInt16(truncatingIfNeeded: digits >> 48))
  }

  /// The characters `HH:MM:SS`.
  @inline(__always)
  static func time(_ seconds: UInt64) -> UInt64 {
    let number = (seconds / 3_600 &* 100 &+ seconds / 60 % 60) &* 100 &+ seconds % 60
    let digits = DecimalDigits.eight(number) | DecimalDigits.ascii
    let hour = digits >> 16 & 0xFFFF
    let minute = digits >> 32 & 0xFFFF
    return hour | 0x3A << 16 | minute << 24 | 0x3A << 40 | (digits >> 48) << 48
  }

  /// Takes a point in time apart, given in microseconds since 1970; nil outside Python's calendar.
  @inline(__always)
  static func parts(_ microseconds: Int64) -> (days: Int64, rest: UInt64)? {
    let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: microsecondsPerDay)
    let isBefore = remainder < 0
    let day = isBefore ? quotient &- 1 : quotient
    guard days.contains(day) else { return nil }
    let rest = isBefore ? remainder &+ microsecondsPerDay : remainder
    return (day, UInt64(truncatingIfNeeded: rest))
  }

  /// A point and six digits in the lower seven bytes; 0 if there is no fraction.
  @inline(__always)
  static func fraction(_ microseconds: UInt64) -> UInt64 {
    let digits = DecimalDigits.eight(microseconds) | DecimalDigits.ascii
    return microseconds == 0 ? 0 : (digits >> 16) << 8 | 0x2E
  }
}

extension ByteWriter {
  /// Appends a date that is given as a number of days, `YYYY-MM-DD`.
  ///
  /// - Parameter days: Days since 1970-01-01, negative before it.
  /// - Returns: False, and nothing is written, outside the years 1 to 9999, which Python lacks.
  /// - Complexity: O(1)
  public mutating func appendDate(days: Int32) -> Bool {
    guard Calendar.days.contains(Int64(days)) else { return false }
    let (front, day) = Calendar.date(Int64(days))
    // Safety: bytes 0 to 9 are written.
    unsafe append(reserving: 10) { output in
      unsafe output.store(front)
      unsafe output.store(day, at: 8)
      return 10
    }
    return true
  }

  /// Appends the date of a point in time, Python's `value.date()`.
  ///
  /// - Parameter microseconds: Since 1970-01-01 00:00, negative before it.
  /// - Returns: False, and nothing is written, outside the years 1 to 9999.
  /// - Complexity: O(1)
  public mutating func appendDate(ofMicroseconds microseconds: Int64) -> Bool {
    guard let (days, _) = Calendar.parts(microseconds) else { return false }
    return appendDate(days: Int32(truncatingIfNeeded: days))
  }

  /// Appends the time of day of a point in time, Python's `value.time()`.
  ///
  /// - Parameters:
  ///   - microseconds: Since 1970-01-01 00:00, negative before it.
  ///   - notation: How to write it.
  /// - Returns: False, and nothing is written, outside the years 1 to 9999.
  /// - Complexity: O(1)
  public mutating func appendTime(
    ofMicroseconds microseconds: Int64,
    _ notation: TimeNotation
  ) -> Bool {
    guard let (_, rest) = Calendar.parts(microseconds) else { return false }
    return appendTime(microseconds: Int64(truncatingIfNeeded: rest), notation)
  }

  /// Appends a time of day that is given as a number of microseconds.
  ///
  /// - Parameters:
  ///   - microseconds: Since midnight.
  ///   - notation: How to write it.
  /// - Returns: False, and nothing is written, outside a day; 24:00 is outside.
  /// - Complexity: O(1)
  public mutating func appendTime(microseconds: Int64, _ notation: TimeNotation) -> Bool {
    guard 0..<Calendar.microsecondsPerDay ~= microseconds else { return false }
    let value = UInt64(truncatingIfNeeded: microseconds)
    let fraction = Calendar.fraction(value % 1_000_000)
    // Safety: two words are written, up to byte 15.
    unsafe append(reserving: 16) { output in
      unsafe output.store(Calendar.time(value / 1_000_000))
      unsafe output.store(fraction, at: 8)
      return fraction == 0 ? 8 : notation == .iso ? 15 : 12
    }
    return true
  }

  /// Appends a point in time that is given as a number of microseconds.
  ///
  /// - Parameters:
  ///   - microseconds: Since 1970-01-01 00:00, negative before it.
  ///   - notation: How to write it.
  ///   - isUTC: Whether the value is an aware one, so that its zone is written.
  /// - Returns: False, and nothing is written, outside the years 1 to 9999, which Python lacks.
  /// - Complexity: O(1)
  public mutating func appendDateTime(
    microseconds: Int64,
    _ notation: DateTimeNotation,
    isUTC: Bool
  ) -> Bool {
    guard let (days, rest) = Calendar.parts(microseconds) else { return false }
    let (front, day) = Calendar.date(days)
    let fraction = Calendar.fraction(rest % 1_000_000)
    // Safety: at most 32 bytes count; the farthest word is the zone's, from 26 to 33.
    unsafe append(reserving: 34) { output in
      unsafe output.store(front)
      unsafe output.store(day, at: 8)
      unsafe output[10] = notation == .python ? 0x20 : 0x54
      unsafe output.store(Calendar.time(rest / 1_000_000), at: 11)
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

  /// Appends a point in time as the clocks of a time zone show it.
  ///
  /// - Parameters:
  ///   - microseconds: Since 1970-01-01 00:00 in UTC, negative before it.
  ///   - notation: How to write it.
  ///   - zone: The zone's offsets.
  ///   - showsOffset: Whether the value is an aware one, so that its offset is written; one of zero
  ///     is `Z` but in Python's own notation.
  /// - Returns: False, and nothing is written, for points in time outside the zone's known stretch.
  /// - Complexity: O(log changes of the zone)
  public mutating func appendDateTime(
    microseconds: Int64,
    _ notation: DateTimeNotation,
    in zone: ZoneOffsets,
    showsOffset: Bool
  ) -> Bool {
    guard let offset = zone.offset(at: Self.seconds(microseconds)) else { return false }
    // The known stretch lies within Python's calendar, so that nothing overflows.
    let local = microseconds &+ Int64(offset) &* 1_000_000
    guard showsOffset else { return appendDateTime(microseconds: local, notation, isUTC: false) }
    return appendDateTime(localMicroseconds: local, notation, offset)
  }

  /// Appends what the clocks of a time zone show, with their offset then.
  ///
  /// - Parameters:
  ///   - localMicroseconds: Since 1970-01-01 00:00 on those clocks, negative before it.
  ///   - notation: How to write it.
  ///   - zone: The zone's offsets.
  /// - Returns: False, and nothing is written, for times outside the zone's known stretch.
  /// - Complexity: O(log changes of the zone)
  public mutating func appendDateTime(
    localMicroseconds: Int64,
    _ notation: DateTimeNotation,
    in zone: ZoneOffsets
  ) -> Bool {
    guard let offset = zone.offset(showing: Self.seconds(localMicroseconds)) else { return false }
    return appendDateTime(localMicroseconds: localMicroseconds, notation, offset)
  }

  private mutating func appendDateTime(
    localMicroseconds: Int64,
    _ notation: DateTimeNotation,
    _ offset: Int32
  ) -> Bool {
    guard appendDateTime(microseconds: localMicroseconds, notation, isUTC: offset == 0) else {
      return false
    }
    if offset != 0 { appendOffset(minutes: Int(offset) / 60) }
    return true
  }

  /// Whole seconds, rounded down.
  private static func seconds(_ microseconds: Int64) -> Int64 {
    let (quotient, remainder) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    return remainder < 0 ? quotient &- 1 : quotient
  }
}
