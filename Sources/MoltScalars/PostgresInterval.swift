/// PostgreSQL's interval: three numbers that are kept apart, because months and days vary.
///
/// `1 year 2 mons -3 days 04:00:00` is 14 months, -3 days and 14,400,000,000 microseconds, sent as
///
///     00 00 00 03 5A 4E 90 00   microseconds
///     FF FF FF FD               days
///     00 00 00 0E               months
public struct PostgresInterval: Equatable, Sendable {
  /// The part below a day, of either sign and any size.
  public var microseconds: Int64
  /// Days.
  public var days: Int32
  /// Months; a year is twelve.
  public var months: Int32

  /// Creates an interval from its parts.
  @inlinable public init(microseconds: Int64, days: Int32, months: Int32) {
    self.microseconds = microseconds
    self.days = days
    self.months = months
  }

  /// The `timedelta` that psycopg makes of it, in microseconds: a year has 365 days, a month 30.
  ///
  /// Nil where Python has no such duration, and for the longest that it has, from 292,000 years on.
  ///
  /// - Complexity: O(1)
  public var totalMicroseconds: Int64? {
    let (years, rest) = months.quotientAndRemainder(dividingBy: 12)
    let allDays = Int64(years) * 365 + Int64(rest) * 30 + Int64(days)
    let (product, isTooLong) = allDays.multipliedReportingOverflow(by: 86_400_000_000)
    let (sum, hasOverflown) = product.addingReportingOverflow(microseconds)
    return isTooLong || hasOverflown ? nil : sum
  }
}
