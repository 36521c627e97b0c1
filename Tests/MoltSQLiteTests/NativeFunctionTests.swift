import MoltErrors
import MoltRows
import MoltSQLite
import Testing

@Suite("Native SQL functions")
struct NativeFunctionTests {
  // Expected values are those of Django 5.2's functions of the same names.
  @Test(
    "give what Django's Python functions give",
    arguments: [
      ("django_date_extract('year', '2013-12-30')", "2013"),
      ("django_date_extract('iso_year', '2013-12-30')", "2014"),
      ("django_date_extract('week', '2013-12-30')", "1"),
      ("django_date_extract('week', '2010-01-03')", "53"),
      ("django_date_extract('week_day', '2013-12-29')", "1"),
      ("django_date_extract('iso_week_day', '2013-12-29')", "7"),
      ("django_date_extract('quarter', '2013-07-01')", "3"),
      ("django_date_extract('day', '2012-02-29')", "29"),
      ("django_date_extract('week_day', '0001-01-01')", "2"),
      ("django_date_extract('week', '9999-12-31')", "52"),
      ("django_date_extract('month', NULL)", "null"),
      ("django_datetime_extract('hour', '2013-01-01 23:59:58', 'UTC', 'UTC')", "23"),
      ("django_datetime_extract('minute', '2013-01-01 23:59:58', NULL, NULL)", "59"),
      ("django_datetime_extract('second', '2013-01-01 23:59:58.123456', 'UTC', 'UTC')", "58"),
      ("django_date_trunc('week', '2013-01-01', NULL, NULL)", "\"2012-12-31\""),
      ("django_date_trunc('quarter', '2013-06-30', NULL, NULL)", "\"2013-04-01\""),
      (
        "django_datetime_trunc('year', '2013-06-30 10:11:12', 'UTC', 'UTC')",
        "\"2013-01-01 00:00:00\""
      ),
      (
        "django_datetime_trunc('hour', '2013-06-30 10:11:12', 'UTC', 'UTC')",
        "\"2013-06-30 10:00:00\""
      ),
      ("django_datetime_trunc('second', '2013-06-30 10:11:12.5', NULL, NULL)", "error"),
      (
        "django_datetime_trunc('second', '2013-06-30 10:11:12.500000', NULL, NULL)",
        "\"2013-06-30 10:11:12\""
      ),
      ("django_datetime_cast_date('2013-06-30 10:11:12', 'UTC', 'UTC')", "\"2013-06-30\""),
      ("django_datetime_cast_time('2013-06-30 10:11:12', 'UTC', 'UTC')", "\"10:11:12\""),
      (
        "django_datetime_cast_time('2013-06-30 10:11:12.000001', 'UTC', 'UTC')",
        "\"10:11:12.000001\""
      ),
      ("django_datetime_extract('hour', '2013-01-01 23:59:58', 'Europe/Paris', 'UTC')", "error"),
      ("django_date_extract('year', '2013-02-29')", "error"),
      ("django_date_extract('year', 2013)", "error"),
      ("django_date_extract('era', '2013-01-01')", "error"),
      ("django_date_trunc('week', '0001-01-03', NULL, NULL)", "\"0001-01-01\""),
    ]
  )
  func values(call: String, expected: String) throws {
    let database = try TestDatabase().open()
    if expected == "error" {
      let error = failure { _ = try database.rows("SELECT " + call) }
      #expect(error?.code == .unsupported)
    } else {
      #expect(try database.rows("SELECT " + call) == "[[\(expected)]]")
    }
  }
}
