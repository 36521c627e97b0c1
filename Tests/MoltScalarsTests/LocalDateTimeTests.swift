import MoltScalars
import Testing

@Suite("Local points in time")
struct LocalDateTimeTests {
  static let newYork = ZoneOffsets(
    starts: [1_357_016_400, 1_362_898_800],
    offsets: [-18_000, -14_400],
    end: 1_372_651_200
  )
  static let kolkata = ZoneOffsets(starts: [0], offsets: [19_800], end: 4_102_444_800)
  static let london = ZoneOffsets(starts: [0], offsets: [0], end: 4_102_444_800)
  static let old = ZoneOffsets(starts: [-62_134_000_000], offsets: [-43_200], end: 0)

  // Expected values are Python's `value.astimezone(ZoneInfo(name)).isoformat()`, `+00:00` as `Z`.
  @Test(
    "show what the zone's clocks show",
    arguments: [
      (newYork, "2013-01-01 05:00:00", "2013-01-01T00:00:00-05:00"),
      (newYork, "2013-01-01 04:59:59", nil),
      (newYork, "2013-03-10 06:59:59.999999", "2013-03-10T01:59:59.999999-05:00"),
      (newYork, "2013-03-10 07:00:00", "2013-03-10T03:00:00-04:00"),
      (newYork, "2013-07-01 03:59:59", "2013-06-30T23:59:59-04:00"),
      (newYork, "2013-07-01 04:00:00", nil),
      (kolkata, "2012-02-28 18:30:00.5", "2012-02-29T00:00:00.500000+05:30"),
      (kolkata, "1999-12-31 18:30:00", "2000-01-01T00:00:00+05:30"),
      (london, "2013-06-01 12:00:00", "2013-06-01T12:00:00Z"),
      (old, "0001-03-01 11:59:59", "0001-02-28T23:59:59-12:00"),
      (old, "1969-12-31 23:59:59", "1969-12-31T11:59:59-12:00"),
      (london, "2013-02-29 12:00:00", nil),
      (london, "2013-06-01", nil),
    ] as [(ZoneOffsets?, String, String?)]
  )
  func shows(zone: ZoneOffsets?, text: String, expected: String?) throws {
    let zone = try #require(zone)
    #expect(
      writtenIfAccepted { $0.appendDateTime(text.utf8Span.span, in: zone) } == expected
    )
  }

  // Expected values are Python's, as above, and `str(value)`.
  @Test(
    "are written in every notation, with the offset or without",
    arguments: [
      (newYork, 1_362_898_799_999_999, .django, true, "2013-03-10T01:59:59.999-05:00"),
      (newYork, 1_362_898_800_000_000, .iso, true, "2013-03-10T03:00:00-04:00"),
      (newYork, 1_362_898_800_000_005, .python, true, "2013-03-10 03:00:00.000005-04:00"),
      (newYork, 1_362_898_800_000_005, .python, false, "2013-03-10 03:00:00.000005"),
      (london, 1_370_088_000_000_000, .django, true, "2013-06-01T12:00:00Z"),
      (london, 1_370_088_000_000_000, .python, true, "2013-06-01 12:00:00+00:00"),
      (london, 1_370_088_000_000_000, .iso, false, "2013-06-01T12:00:00"),
      (old, -1, .iso, true, "1969-12-31T11:59:59.999999-12:00"),
      (newYork, 1_357_016_399_999_999, .iso, true, nil),
      (newYork, .min, .iso, false, nil), (newYork, .max, .iso, false, nil),
    ] as [(ZoneOffsets?, Int64, DateTimeNotation, Bool, String?)]
  )
  func notations(
    zone: ZoneOffsets?,
    moment: Int64,
    notation: DateTimeNotation,
    showsOffset: Bool,
    expected: String?
  ) throws {
    let zone = try #require(zone)
    let text = writtenIfAccepted {
      $0.appendDateTime(microseconds: moment, notation, in: zone, showsOffset: showsOffset)
    }
    #expect(text == expected)
  }

  // Expected values are Python's `datetime(..., tzinfo=ZoneInfo("America/New_York")).isoformat()`.
  @Test(
    "that clocks show have the offset of the first of two hours, and of the hour before a gap",
    arguments: [
      (1_362_880_799, "2013-03-10T01:59:59-05:00"), (1_362_880_800, "2013-03-10T02:00:00-05:00"),
      (1_362_884_399, "2013-03-10T02:59:59-05:00"), (1_362_884_400, "2013-03-10T03:00:00-04:00"),
      (1_383_440_399, "2013-11-03T00:59:59-04:00"), (1_383_442_200, "2013-11-03T01:30:00-04:00"),
      (1_383_443_999, "2013-11-03T01:59:59-04:00"), (1_383_444_000, "2013-11-03T02:00:00-05:00"),
      (1_357_016_400, nil), (1_388_534_400, nil), (-1, nil), (.max / 1_000_000, nil),
    ] as [(Int64, String?)]
  )
  func shown(seconds: Int64, expected: String?) throws {
    let year = ZoneOffsets(
      starts: [1_357_016_400, 1_362_898_800, 1_383_458_400],
      offsets: [-18_000, -14_400, -18_000],
      end: 1_388_552_400
    )
    let zone = try #require(year)
    let text = writtenIfAccepted {
      $0.appendDateTime(localMicroseconds: seconds * 1_000_000, .iso, in: zone)
    }
    #expect(text == expected)
  }

  @Test(
    "refuses what is no table",
    arguments: [
      ([], [], 1), ([0], [], 1), ([0, 0], [0, 0], 1), ([1, 0], [0, 0], 2), ([0], [0], 0),
      ([0], [30], 1), ([0], [86_400], 1), ([-62_135_600_000], [0], 0), ([0], [0], 253_402_300_799),
    ] as [([Int64], [Int32], Int64)]
  )
  func noTable(starts: [Int64], offsets: [Int32], end: Int64) {
    #expect(ZoneOffsets(starts: starts, offsets: offsets, end: end) == nil)
  }

  @Test("days and dates are each other's inverse over four hundred years and the edges")
  func civilDates() {
    for dayNumber in Array(-719_162 ..< -718_000) + Array(-1_000..<146_097) + [2_932_896] {
      let date = CivilDate(dayNumber: dayNumber)
      #expect(date.dayNumber == dayNumber)
    }
    #expect(CivilDate(dayNumber: -719_162) == CivilDate(year: 1, month: 1, day: 1))
    #expect(CivilDate(dayNumber: 2_932_896) == CivilDate(year: 9999, month: 12, day: 31))
  }
}
