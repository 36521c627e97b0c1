import Foundation
import MoltJSON
import MoltTestKit
import Testing

@Suite("Floats in documents")
struct NumbersSuiteTests {
  @Test(
    "are read as the nearest Double",
    .enabled(if: Suites.folder("numbers") != nil, "\(Suites.hint)")
  )
  func nearest() throws {
    let folder = try #require(Suites.folder("numbers"))
    var reencoder = JSONReencoder()
    var count = 0
    for file in try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    where file.hasSuffix(".txt") {
      let lines = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
      for line in lines.split(separator: "\n") {
        let fields = line.split(separator: " ")
        guard fields.count == 4, let bits = UInt64(fields[2], radix: 16),
          let document = jsonFloat(fields[3])
        else { continue }
        count += 1
        let expected =
          [0xCB] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: bits >> ($0 * 8)) }
        let answer = reencode(Array(document.utf8), nil, with: &reencoder)
        if answer != .success(expected) {
          Issue.record("\(file): \(document) gave \(answer), expected \(expected)")
        }
      }
    }
    print("numbers: \(count) floats")
    #expect(count > 5000)
  }

  /// The text as a JSON float, if it is a JSON number.
  func jsonFloat(_ text: Substring) -> String? {
    var digits = text.hasPrefix("-") ? text.dropFirst() : text
    guard let first = digits.first, first.isNumber, !digits.hasPrefix("0x") else { return nil }
    if digits.hasPrefix("0"), digits.dropFirst().first?.isNumber == true { return nil }
    digits = digits.drop { $0.isNumber }
    if digits.isEmpty { return text + ".0" }
    if digits.first == "." && digits.dropFirst().first?.isNumber != true { return nil }
    return String(text)
  }
}
