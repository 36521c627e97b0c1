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

  private init(dayNumber: Int) {
    // Howard Hinnant's civil_from_days, with years that begin in March.
    let shifted = dayNumber + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// Days since 1970-01-01.
  var dayNumber: Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = shiftedYear / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// Monday is 1, Sunday is 7 (ISO 8601).
  var isoWeekday: Int {
    let remainder = (dayNumber + 3) % 7
    return (remainder < 0 ? remainder + 7 : remainder) + 1
  }

  /// The ISO 8601 year and week: the week belongs to the year of its Thursday.
  var isoWeek: (year: Int, week: Int) {
    let thursday = Moment(dayNumber: dayNumber - isoWeekday + 4)
    var newYear = thursday
    newYear.month = 1
    newYear.day = 1
    return (thursday.year, (thursday.dayNumber - newYear.dayNumber) / 7 + 1)
  }

  /// The Monday of the moment's week, at midnight.
  var monday: Moment { Moment(dayNumber: dayNumber - isoWeekday + 1) }

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
