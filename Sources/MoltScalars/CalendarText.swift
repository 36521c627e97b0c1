/// Dates and times in the one form in which Django stores them, checked eight characters at a time.
///
/// A word of text is combined with a pattern by exclusive or, which leaves 0 for each separator and
/// 0 to 9 for each digit. Ten times the word plus the word moved by one character then has the
/// two-digit number that starts at a character in that character's byte. For `13:45:06`:
///
///     text ^ "00:00:00"    1  3  0  4  5  0  0  6
///     pairs               13 30  4 45 50  0  6 60
///                         ──       ──       ──
enum CalendarText {
  /// The text `0000-00-`, the lowest byte first as in memory.
  static let yearMonth: UInt64 = 0x2D30_302D_3030_3030
  /// The text `00-00-00`.
  static let shortDate: UInt64 = 0x3030_2D30_302D_3030
  /// The text `00 00:00`.
  static let dayMinute: UInt64 = 0x3030_3A30_3020_3030
  /// The text `00:00:00`.
  static let time: UInt64 = 0x3030_3A30_303A_3030

  /// Whether `digits`, text combined with `pattern`, has digits and separators where that has.
  @inline(__always)
  static func matches(_ digits: UInt64, _ pattern: UInt64) -> Bool {
    // Bits 4 and 1 tell 0 from the separators. More than 9, or more than 0, reaches bit 7.
    let isDigit = pattern >> 4 & ~(pattern >> 1) & 0x0101_0101_0101_0101
    let highest = 0x7F7F_7F7F_7F7F_7F7F &- isDigit &* 9
    // A byte that carries into the next one has bit 7 set itself.
    return (digits | (digits &+ highest)) & 0x8080_8080_8080_8080 == 0
  }

  /// The numbers that each two characters make.
  @inline(__always)
  static func pairs(_ digits: UInt64) -> UInt64 { digits &* 10 &+ digits >> 8 }

  /// The byte at `index`.
  @inline(__always)
  static func byte(_ word: UInt64, _ index: UInt64) -> UInt64 { word >> (index &* 8) & 0xFF }

  /// Whether `pairs` of a time's text are an hour, a minute and a second.
  @inline(__always)
  static func isTime(_ pairs: UInt64) -> Bool {
    // 23 and 59 are the most that do not reach bit 7.
    let numbers = pairs & 0x00FF_0000_FF00_00FF
    return (numbers &+ 0x0044_0000_4400_0068) & 0x0080_0000_8000_0080 == 0
  }

  /// Checks that a day exists in the proleptic Gregorian calendar from year 1.
  ///
  /// - Parameters:
  ///   - yearMonth: The pairs of `YYYY-MM-`.
  ///   - day: From 0 to 99.
  /// - Returns: Whether it exists.
  @inline(__always)
  static func isDate(yearMonth: UInt64, day: UInt64) -> Bool {
    let century = byte(yearMonth, 0)
    let year = byte(yearMonth, 2)
    let month = byte(yearMonth, 5)
    guard month &- 1 < 12, day &- 1 < 31, century | year != 0 else { return false }
    if day <= 28 { return true }
    // In a century's first year the leap year is decided by the century.
    let isLeap = (year == 0 ? century : year) & 3 == 0
    // Two bits a month: how many days it has over 28.
    let extra = (0x3BBEECC as UInt64 >> (month &* 2)) & 3 | (month == 2 && isLeap ? 1 : 0)
    return day <= 28 &+ extra
  }

  /// The fraction of a second that follows the second's last digit.
  ///
  /// - Parameters:
  ///   - text: Text with at least eight bytes.
  ///   - offset: Where the second's last digit stands.
  /// - Returns: A point and six digits in the lower seven bytes, zeros if there is no fraction or
  ///   only zeros; nil if there is something else.
  @inline(__always)
  static func fraction(in text: Span<UInt8>, after offset: Int) -> UInt64? {
    let count = text.count &- offset
    if count == 1 { return 0 }
    guard 3...8 ~= count else { return nil }
    let unused = UInt64(truncatingIfNeeded: 8 &- count) &* 8
    let word = load(text, text.count &- 8) &>> unused
    // Django fills up with zeros on the right.
    let filled = (word | DecimalDigits.ascii << (64 &- unused)) >> 8
    let digits = filled ^ 0x30_3030_3030_302E
    guard matches(digits, 0x30_3030_3030_302E) else { return nil }
    return digits == 0 ? 0 : filled
  }

  /// Eight bytes of the text, the first one lowest.
  @inline(__always)
  static func load(_ text: Span<UInt8>, _ offset: Int) -> UInt64 {
    // Safety: every bit pattern is an integer, and the span checks the bounds.
    unsafe UInt64(
      littleEndian: text.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
    )
  }
}
