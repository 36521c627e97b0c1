import Foundation
import MoltJSON
import MoltTestKit
import Testing

@Suite("JSONTestSuite")
struct ParsingSuiteTests {
  @Test(
    "is parsed as its file names say, with any instructions",
    .enabled(if: Suites.folder("json/parsing") != nil, "\(Suites.hint)")
  )
  func parsing() throws {
    var counts: [Character: Int] = [:]
    for (name, bytes) in try files("json/parsing") {
      let kind = try #require(name.first)
      counts[kind, default: 0] += 1
      let answer = tapeText(bytes)
      for instructions in JSONInstructions.available {
        #expect(tapeText(bytes, instructions: instructions) == answer, "\(name)")
        #expect(validation(bytes, instructions: instructions) == answer.error, "\(name)")
      }
      switch (kind, answer) {
      case ("y", .failure), ("n", .success): Issue.record("\(name): \(answer)")
      default: break
      }
    }
    print("json/parsing: \(counts)")
    #expect(counts["y", default: 0] == 95 && counts["n", default: 0] == 188)
    #expect(counts["i", default: 0] == 35)
  }

  @Test(
    "has texts that differ between readers: these are this reader's choices",
    .enabled(if: Suites.folder("json/transform") != nil, "\(Suites.hint)")
  )
  func transform() throws {
    var answers: [String: String] = [:]
    for (name, bytes) in try files("json/transform") {
      let answer = tapeText(bytes)
      for instructions in JSONInstructions.available {
        #expect(tapeText(bytes, instructions: instructions) == answer, "\(name)")
      }
      answers[name] = (try? answer.get()) ?? answer.error?.description
    }
    for (name, answer) in expectedTransforms { #expect(answers[name] == answer, "\(name)") }
    #expect(answers.count == 22 && expectedTransforms.count == 22)
  }

  @Test(
    "keeps what a round trip needs",
    .enabled(if: Suites.folder("json/roundtrip") != nil, "\(Suites.hint)")
  )
  func roundtrip() throws {
    for (name, bytes) in try files("json/roundtrip") {
      for instructions in JSONInstructions.available {
        #expect(validation(bytes, instructions: instructions) == nil, "\(name)")
        #expect((try? tapeText(bytes, instructions: instructions).get()) != nil, "\(name)")
      }
    }
  }
}

/// The files of a suite's folder with their names.
func files(_ folder: String) throws -> [(String, [UInt8])] {
  let path = try #require(Suites.folder(folder))
  return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    .filter { $0.hasSuffix(".json") }
    .map { ($0, try Array(Data(contentsOf: URL(fileURLWithPath: "\(path)/\($0)")))) }
}

extension Result {
  /// The error, if it is one.
  var error: Failure? {
    if case .failure(let error) = self { return error }
    return nil
  }
}

private let expectedTransforms: [String: String] = [
  "number_-9223372036854775808.json":
    "array(1 to 3) int64(-9223372036854775808, -9223372036854775808)",
  "number_-9223372036854775809.json": "array(1 to 2) number(-9223372036854775809)",
  "number_1.0.json": "array(1 to 3) 1.0(1.0)",
  "number_1.000000000000000005.json": "array(1 to 3) 1.0(1.000000000000000005)",
  "number_1000000000000000.json": "array(1 to 2) 1000000000000000",
  "number_10000000000000000999.json":
    "array(1 to 3) uint64(10000000000000000999, 10000000000000000999)",
  "number_1e-999.json": "array(1 to 3) 0.0(1E-999)",
  "number_1e6.json": "array(1 to 3) 1000000.0(1E6)",
  "number_9223372036854775807.json":
    "array(1 to 3) int64(9223372036854775807, 9223372036854775807)",
  "number_9223372036854775808.json":
    "array(1 to 3) uint64(9223372036854775808, 9223372036854775808)",
  "object_key_nfc_nfd.json": "map(2 to 5) '\u{E9}'@2 'NFC'@7 'e\u{301}'@13 'NFD'@19",
  "object_key_nfd_nfc.json": "map(2 to 5) 'e\u{301}'@2 'NFD'@8 '\u{E9}'@14 'NFC'@19",
  "object_same_key_different_values.json": "map(2 to 5) 'a'@2 1 'a'@8 2",
  "object_same_key_same_value.json": "map(2 to 5) 'a'@2 1 'a'@8 1",
  "object_same_key_unclear_values.json": "map(2 to 6) 'a'@2 0 'a'@9 int64(0, -0)",
  "string_1_escaped_invalid_codepoint.json":
    "half a surrogate pair, expected the other half of the pair at byte 2",
  "string_1_invalid_codepoint.json": "the document is not UTF-8 at byte 2",
  "string_2_escaped_invalid_codepoints.json":
    "half a surrogate pair, expected the other half of the pair at byte 2",
  "string_2_invalid_codepoints.json": "the document is not UTF-8 at byte 2",
  "string_3_escaped_invalid_codepoints.json":
    "half a surrogate pair, expected the other half of the pair at byte 2",
  "string_3_invalid_codepoints.json": "the document is not UTF-8 at byte 2",
  "string_with_escaped_NULL.json": "array(1 to 2) 'A\0B'",
]
