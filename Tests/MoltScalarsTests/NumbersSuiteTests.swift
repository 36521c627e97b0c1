import Foundation
import MoltBytes
import MoltScalars
import MoltTestKit
import Testing

/// The vectors of nigeltao/parse-number-fxx-test-data.
enum NumbersSuite {
  static let folder = Suites.folder("numbers")

  static let files =
    ((try? folder.map(FileManager.default.contentsOfDirectory(atPath:))) ?? [])
    .filter { $0.hasSuffix(".txt") }.sorted()

  /// The numbers of a file: the third field is a double in hexadecimal.
  static func doubles(_ file: String) throws -> [Double] {
    let path = try #require(folder) + "/" + file
    return try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map { line in
      let bits = line.split(separator: " ")[2]
      return Double(bitPattern: try #require(UInt64(bits, radix: 16)))
    }
  }
}

@Suite(
  "Numbers suite",
  .enabled(if: !NumbersSuite.files.isEmpty, "\(Suites.hint)")
)
struct NumbersSuiteTests {
  @Test("texts read back and are as short as Swift's own", arguments: NumbersSuite.files)
  func roundTrip(file: String) throws {
    var mismatches: [String] = []
    for value in try NumbersSuite.doubles(file) where value.isFinite {
      let text = written { $0.appendPythonRepr(value) }
      let isSame = Double(text)?.bitPattern == value.bitPattern
      if !isSame || digits(text) != digits(value.description) {
        mismatches.append("\(value) became \(text)")
      }
    }
    #expect(mismatches.prefix(20) == [])
  }

  @Test("each line is read as its double", arguments: NumbersSuite.files)
  func reading(file: String) throws {
    let path = try #require(NumbersSuite.folder) + "/" + file
    var mismatches: [String] = []
    for line in try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n") {
      let fields = line.split(separator: " ")
      let bits = try #require(UInt64(fields[2], radix: 16))
      let text = Array(fields[3].utf8)
      for value in [Double(text: text.span), Double(textWithoutVectors: text.span)]
      where value?.bitPattern != bits {
        mismatches.append("\(line) became \(value as Double?)")
      }
    }
    #expect(mismatches.prefix(20) == [])
  }

  /// The significant digits of a number's text.
  private func digits(_ text: String) -> Substring {
    let digits = text.prefix { $0 != "e" }.filter(\.isNumber).drop { $0 == "0" }
    return digits.lastIndex { $0 != "0" }.map { digits[...$0] } ?? ""
  }
}
