import MoltBytes
import MoltScalars
import Testing

@Suite(
  "Against CPython",
  .enabled(if: Oracle.hasPython, "SKIPPED: install python3, or set MOLT_PYTHON to one")
)
struct DifferentialTests {
  @Test("floats have Python's repr")
  func repr() throws {
    var mismatches: [String] = []
    for line in try #require(Oracle.lines("repr", count: 80_000)) {
      let value = try double(line[0])
      let text = written { $0.appendPythonRepr(value) }
      if text != line[1] { mismatches.append("\(line) became \(text)") }
    }
    #expect(mismatches.prefix(20) == [])
  }

  @Test("texts are read as the same floats, or refused")
  func texts() throws {
    var mismatches: [String] = []
    for line in try #require(Oracle.lines("float", count: 80_000)) {
      let value = Double(text: Array(line[0].utf8).span)
      let bits = value.map { String($0.bitPattern, radix: 16) } ?? "!"
      if bits != line[1] { mismatches.append("\(line) became \(bits)") }
    }
    #expect(mismatches.prefix(20) == [])
  }

  @Test("decimals are rounded, refused and written as by Python's decimal module")
  func decimals() throws {
    var mismatches: [String] = []
    for line in try #require(Oracle.lines("decimal", count: 80_000)) {
      var format = DecimalFormat(digits: Int(line[2]), places: Int(line[3]))
      for expected in line[4...] {
        let text =
          line[0] == "real"
          ? try writtenDecimal(double(line[1]), format)
          : writtenDecimal(try #require(Int64(line[1])), format)
        if text ?? "!" != expected { mismatches.append("\(line) became \(text ?? "!")") }
        format.isPlain = true
      }
    }
    #expect(mismatches.prefix(20) == [])
  }

  @Test("integers have the same digits")
  func integers() throws {
    var mismatches: [String] = []
    for line in try #require(Oracle.lines("integer", count: 30_000)) {
      let value = try #require(Int64(line[0]))
      let text = written { $0.appendDecimal(value) }
      if text != line[0] { mismatches.append("\(line) became \(text)") }
    }
    #expect(mismatches.prefix(20) == [])
  }

  @Test("UUIDs have the same text")
  func uuids() throws {
    var mismatches: [String] = []
    for line in try #require(Oracle.lines("uuid", count: 20_000)) {
      let text = writtenIfAccepted { $0.appendUUID(Array(line[0].utf8).span) }
      if text ?? "!" != line[1] { mismatches.append("\(line) became \(text ?? "!")") }
    }
    #expect(mismatches.prefix(20) == [])
  }

  private func double(_ bits: Substring) throws -> Double {
    Double(bitPattern: try #require(UInt64(bits, radix: 16)))
  }

  private func writtenDecimal(_ value: Double, _ format: DecimalFormat) -> String? {
    writtenIfAccepted { $0.appendDjangoDecimal(value, format) }
  }

  private func writtenDecimal(_ value: Int64, _ format: DecimalFormat) -> String? {
    writtenIfAccepted { $0.appendDjangoDecimal(value, format) }
  }
}

@Suite(
  "Against Django",
  .enabled(if: Oracle.hasDjango, "SKIPPED: set MOLT_PYTHON to a Python that has Django")
)
struct DjangoDifferentialTests {
  @Test("durations have Django's and Python's texts")
  func durations() throws {
    let notations: [DurationNotation] = [.iso, .django, .python, .seconds]
    var mismatches: [String] = []
    for line in try #require(Oracle.lines("duration", count: 10_000)) {
      let microseconds = try #require(Int64(line[0]))
      for (notation, expected) in zip(notations, line[1...]) {
        let text = written { $0.appendDuration(microseconds: microseconds, notation) }
        if text != expected { mismatches.append("\(line) became \(text)") }
      }
    }
    #expect(mismatches.prefix(20) == [])
  }

  @Test("dates are read as Django reads them, and refused where it is not sure")
  func dates() throws {
    try compare("date") { bytes, _ in
      [writtenIfAccepted { $0.appendDate(bytes.span) }]
    }
  }

  @Test("times are read as Django reads them, and refused where it is not sure")
  func times() throws {
    try compare("time") { bytes, _ in
      [TimeNotation.django, .iso].map { notation in
        writtenIfAccepted { $0.appendTime(bytes.span, notation) }
      }
    }
  }

  @Test("dates with times are read as Django reads them, and refused where it is not sure")
  func dateTimes() throws {
    try compare("datetime") { bytes, isUTC in
      [DateTimeNotation.django, .iso, .python].map { notation in
        writtenIfAccepted { $0.appendDateTime(bytes.span, notation, isUTC: isUTC) }
      }
    }
  }

  /// Compares what is written, and requires texts that Django itself stores to be written.
  private func compare(
    _ kind: String,
    _ texts: ([UInt8], _ isUTC: Bool) -> [String?]
  ) throws {
    var mismatches: [String] = []
    for line in try #require(Oracle.lines(kind, count: 30_000)) {
      for (text, expected) in zip(texts(Array(line[1].utf8), line[2] == "utc"), line[3...]) {
        let isAllowed = text == nil && (line[0] == "damaged" || expected == "!")
        if !isAllowed && text ?? "refused" != expected {
          mismatches.append("\(line) became \(text ?? "refused")")
        }
      }
    }
    #expect(mismatches.prefix(20) == [])
  }
}
