import MoltBytes
import MoltScalars
import Testing

/// Microseconds and what Django 5.2 and CPython write for them.
struct DurationVector: CustomTestStringConvertible, Sendable {
  let microseconds: Int64
  let iso: String
  let django: String
  let python: String
  let seconds: String

  var testDescription: String { "\(microseconds) microseconds" }
}

@Suite("ByteWriter.appendDuration")
struct DurationTests {
  @Test("writes durations in four notations", arguments: DurationVector.all)
  func notations(vector: DurationVector) {
    let expected: [(DurationNotation, String)] = [
      (.iso, vector.iso), (.django, vector.django), (.python, vector.python),
      (.seconds, vector.seconds),
    ]
    for (notation, text) in expected {
      let result = written { $0.appendDuration(microseconds: vector.microseconds, notation) }
      #expect(result == text)
    }
  }
}

extension DurationVector {
  // Computed with Django 5.2's `duration_iso_string` and `duration_string`.
  static let all = [
    DurationVector(
      microseconds: 0,
      iso: "P0DT00H00M00S",
      django: "00:00:00",
      python: "0:00:00",
      seconds: "0.0"
    ),
    DurationVector(
      microseconds: 1,
      iso: "P0DT00H00M00.000001S",
      django: "00:00:00.000001",
      python: "0:00:00.000001",
      seconds: "1e-06"
    ),
    DurationVector(
      microseconds: -1,
      iso: "-P0DT00H00M00.000001S",
      django: "-1 23:59:59.999999",
      python: "-1 day, 23:59:59.999999",
      seconds: "-1e-06"
    ),
    DurationVector(
      microseconds: 1000000,
      iso: "P0DT00H00M01S",
      django: "00:00:01",
      python: "0:00:01",
      seconds: "1.0"
    ),
    DurationVector(
      microseconds: 93784000005,
      iso: "P1DT02H03M04.000005S",
      django: "1 02:03:04.000005",
      python: "1 day, 2:03:04.000005",
      seconds: "93784.000005"
    ),
    DurationVector(
      microseconds: -93784000005,
      iso: "-P1DT02H03M04.000005S",
      django: "-2 21:56:55.999995",
      python: "-2 days, 21:56:55.999995",
      seconds: "-93784.000005"
    ),
    DurationVector(
      microseconds: 86400000000,
      iso: "P1DT00H00M00S",
      django: "1 00:00:00",
      python: "1 day, 0:00:00",
      seconds: "86400.0"
    ),
    DurationVector(
      microseconds: -86400000000,
      iso: "-P1DT00H00M00S",
      django: "-1 00:00:00",
      python: "-1 day, 0:00:00",
      seconds: "-86400.0"
    ),
    DurationVector(
      microseconds: 172800000000,
      iso: "P2DT00H00M00S",
      django: "2 00:00:00",
      python: "2 days, 0:00:00",
      seconds: "172800.0"
    ),
    DurationVector(
      microseconds: -86399999999,
      iso: "-P0DT23H59M59.999999S",
      django: "-1 00:00:00.000001",
      python: "-1 day, 0:00:00.000001",
      seconds: "-86399.999999"
    ),
    DurationVector(
      microseconds: 59999999,
      iso: "P0DT00H00M59.999999S",
      django: "00:00:59.999999",
      python: "0:00:59.999999",
      seconds: "59.999999"
    ),
    DurationVector(
      microseconds: 3600000000,
      iso: "P0DT01H00M00S",
      django: "01:00:00",
      python: "1:00:00",
      seconds: "3600.0"
    ),
    DurationVector(
      microseconds: 9007199254740993,
      iso: "P104249DT23H47M34.740993S",
      django: "104249 23:47:34.740993",
      python: "104249 days, 23:47:34.740993",
      seconds: "9007199254.740993"
    ),
    DurationVector(
      microseconds: -9007199254740993,
      iso: "-P104249DT23H47M34.740993S",
      django: "-104250 00:12:25.259007",
      python: "-104250 days, 0:12:25.259007",
      seconds: "-9007199254.740993"
    ),
    DurationVector(
      microseconds: 9007199254740994500,
      iso: "P104249991DT08H59M00.994500S",
      django: "104249991 08:59:00.994500",
      python: "104249991 days, 8:59:00.994500",
      seconds: "9007199254740.994"
    ),
    DurationVector(
      microseconds: .max,
      iso: "P106751991DT04H00M54.775807S",
      django: "106751991 04:00:54.775807",
      python: "106751991 days, 4:00:54.775807",
      seconds: "9223372036854.775"
    ),
    DurationVector(
      microseconds: .min,
      iso: "-P106751991DT04H00M54.775808S",
      django: "-106751992 19:59:05.224192",
      python: "-106751992 days, 19:59:05.224192",
      seconds: "-9223372036854.775"
    ),
  ]
}
