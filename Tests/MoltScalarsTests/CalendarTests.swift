import MoltBytes
import MoltScalars
import Testing

@Suite("Dates and times")
struct CalendarTests {
  @Test(
    "a date that exists is copied",
    arguments: [
      "0001-01-01", "9999-12-31", "2013-01-01", "2024-02-29", "2000-02-29", "1999-04-30",
      "2023-06-30", "2023-09-30", "2023-11-30", "2023-12-31", "2023-02-28",
    ]
  )
  func date(text: String) {
    #expect(writtenIfAccepted { $0.appendDate(Array(text.utf8).span) } == text)
  }

  @Test(
    "any other date is refused",
    arguments: [
      "", "2013-1-1", "2013-01-1", "0000-01-01", "2013-00-01", "2013-13-01", "2013-01-00",
      "2013-01-32", "2023-02-29", "1900-02-29", "2100-02-29", "2023-04-31", "2023-06-31",
      "2023-09-31", "2023-11-31", "2024-02-30", "2013/01/01", "2013-01-01 ", "20130101",
      "2013-01-0a", "201:-01-01", "２013-01-01", "2013-01-01 10:00:00", "-013-01-01",
      "2013-99-01", "2013-01-99",
    ]
  )
  func badDate(text: String) {
    #expect(writtenIfAccepted { $0.appendDate(Array(text.utf8).span) } == nil)
  }

  @Test(
    "a time is written with milliseconds or microseconds",
    arguments: [
      ("00:00:00", "00:00:00", "00:00:00"), ("23:59:59", "23:59:59", "23:59:59"),
      ("10:00:00.123456", "10:00:00.123", "10:00:00.123456"),
      ("10:00:00.5", "10:00:00.500", "10:00:00.500000"),
      ("10:00:00.000001", "10:00:00.000", "10:00:00.000001"),
      ("10:00:00.000000", "10:00:00", "10:00:00"), ("10:00:00.0", "10:00:00", "10:00:00"),
    ]
  )
  func time(text: String, django: String, iso: String) {
    let bytes = Array(text.utf8)
    #expect(writtenIfAccepted { $0.appendTime(bytes.span, .django) } == django)
    #expect(writtenIfAccepted { $0.appendTime(bytes.span, .iso) } == iso)
  }

  @Test(
    "any other time is refused",
    arguments: [
      "", "10", "10:00", "10:0:00", "24:00:00", "10:60:00", "10:00:60", "99:00:00", "10:00:00.",
      "10:00:00.1234567", "10:00:00,5", "10:00:00.x", "10:00:00Z", "10:00:00+00:00", "10-00-00",
      "10:00:00 5", "1a:00:00", "::::::::", "10:00:00.12345é",
    ]
  )
  func badTime(text: String) {
    #expect(writtenIfAccepted { $0.appendTime(Array(text.utf8).span, .iso) } == nil)
  }

  @Test(
    "a date with a time is written in three notations, aware or naive",
    arguments: [
      (
        "2013-01-01 10:00:00", "2013-01-01T10:00:00", "2013-01-01T10:00:00",
        "2013-01-01 10:00:00"
      ),
      (
        "2013-01-01 10:00:00.123456", "2013-01-01T10:00:00.123", "2013-01-01T10:00:00.123456",
        "2013-01-01 10:00:00.123456"
      ),
      (
        "2013-01-01 10:00:00.12", "2013-01-01T10:00:00.120", "2013-01-01T10:00:00.120000",
        "2013-01-01 10:00:00.120000"
      ),
      (
        "2013-01-01 10:00:00.000009", "2013-01-01T10:00:00.000", "2013-01-01T10:00:00.000009",
        "2013-01-01 10:00:00.000009"
      ),
      (
        "9999-12-31 23:59:59.000", "9999-12-31T23:59:59", "9999-12-31T23:59:59",
        "9999-12-31 23:59:59"
      ),
    ]
  )
  func dateTime(text: String, django: String, iso: String, python: String) {
    let bytes = Array(text.utf8)
    for (notation, expected, zone) in [
      (DateTimeNotation.django, django, "Z"), (.iso, iso, "Z"), (.python, python, "+00:00"),
    ] {
      let naive = writtenIfAccepted { $0.appendDateTime(bytes.span, notation, isUTC: false) }
      let aware = writtenIfAccepted { $0.appendDateTime(bytes.span, notation, isUTC: true) }
      #expect(naive == expected)
      #expect(aware == expected + zone)
    }
  }

  @Test(
    "any other date with a time is refused",
    arguments: [
      "", "2013-01-01", "2013-01-01T10:00:00", "2013-01-01 10:00", "2013-01-01 24:00:00",
      "2013-01-01 10:00:60", "2013-02-30 10:00:00", "2013-01-01 10:00:00.",
      "2013-01-01 10:00:00.1234567", "2013-01-01 10:00:00+00:00", "2013-01-01 10:00:00Z",
      "2013-01-01  0:00:00", "2013-01-01 10:00:00.12345x", "0000-01-01 00:00:00",
    ]
  )
  func badDateTime(text: String) {
    let bytes = Array(text.utf8)
    #expect(writtenIfAccepted { $0.appendDateTime(bytes.span, .iso, isUTC: true) } == nil)
  }

  @Test("no text of any single byte value in any place is mistaken for a date with a time")
  func everyByte() {
    let stored = Array("2013-11-21 10:02:03.123456".utf8)
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    for index in stored.indices {
      for byte in UInt8.min ... .max where byte != stored[index] {
        var bytes = stored
        bytes[index] = byte
        let text = writtenIfAccepted { $0.appendDateTime(bytes.span, .python, isUTC: false) }
        let isPossible = digits.contains(stored[index]) && digits.contains(byte)
        #expect(text == nil || isPossible && text == String(decoding: bytes, as: UTF8.self))
      }
    }
  }
}
