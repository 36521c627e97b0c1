internal import MoltScalars

/// A calendar date and time of day, proleptic Gregorian, without a time zone.
struct Moment: Equatable {
  var year: Int
  var month: Int
  var day: Int
  var hour = 0
  var minute = 0
  var second = 0
  var microsecond = 0

  /// Parses `YYYY-MM-DD` and `YYYY-MM-DD HH:MM:SS[.ffffff]`, the texts that Django stores.
  ///
  /// - Returns: Nil for anything else, also for dates that do not exist.
  init?(_ text: [UInt8]) {
    guard text.count == 10 || text.count == 19 || text.count == 26,
      let year = Self.number(text, 0, 4), text[4] == 0x2D,
      let month = Self.number(text, 5, 2), text[7] == 0x2D,
      let day = Self.number(text, 8, 2),
      year >= 1, (1...12).contains(month), (1...Self.dayCount(year, month)).contains(day)
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
    if text.count == 10 { return }
    guard text[10] == 0x20, let hour = Self.number(text, 11, 2), text[13] == 0x3A,
      let minute = Self.number(text, 14, 2), text[16] == 0x3A,
      let second = Self.number(text, 17, 2), hour < 24, minute < 60, second < 60
    else { return nil }
    self.hour = hour
    self.minute = minute
    self.second = second
    if text.count == 19 { return }
    guard text[19] == 0x2E, let fraction = Self.number(text, 20, 6) else { return nil }
    self.microsecond = fraction
  }

  /// Midnight at the start of a day.
  private init(_ date: CivilDate) {
    year = date.year
    month = date.month
    day = date.day
  }

  private var date: CivilDate { CivilDate(year: year, month: month, day: day) }

  /// Monday is 1, Sunday is 7 (ISO 8601).
  var isoWeekday: Int {
    let remainder = (date.dayNumber + 3) % 7
    return (remainder < 0 ? remainder + 7 : remainder) + 1
  }

  /// The ISO 8601 year and week: the week belongs to the year of its Thursday.
  var isoWeek: (year: Int, week: Int) {
    let thursday = CivilDate(dayNumber: date.dayNumber - isoWeekday + 4)
    let newYear = CivilDate(year: thursday.year, month: 1, day: 1)
    return (thursday.year, (thursday.dayNumber - newYear.dayNumber) / 7 + 1)
  }

  /// The Monday of the moment's week, at midnight.
  var monday: Moment { Moment(CivilDate(dayNumber: date.dayNumber - isoWeekday + 1)) }

  /// `YYYY-MM-DD`.
  var dateText: String {
    "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
  }

  /// `HH:MM:SS`, with six digits of fraction unless that is zero.
  var timeText: String {
    let time = "\(Self.padded(hour, 2)):\(Self.padded(minute, 2)):\(Self.padded(second, 2))"
    return microsecond == 0 ? time : "\(time).\(Self.padded(microsecond, 6))"
  }

  private static func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  private static func dayCount(_ year: Int, _ month: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static func number(_ text: [UInt8], _ offset: Int, _ count: Int) -> Int? {
    var value = 0
    for byte in text[offset..<(offset + count)] {
      guard byte >= 0x30 && byte <= 0x39 else { return nil }
      value = value * 10 + Int(byte - 0x30)
    }
    return value
  }
}
