import Foundation
import Testing

@Suite("The pages about codecs")
struct PageTests {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  @Test(
    "every Swift example of a page stands in its suite",
    arguments: [
      ("json", "JSONExamples"), ("messagepack", "MessagePackExamples"), ("cbor", "CBORExamples"),
    ]
  )
  func examples(page: String, suite: String) throws {
    let page = try lines("docs/codecs/\(page).md")
    let suite = try lines("Tests/ExampleTests/\(suite).swift").joined(separator: "\n")
    let examples = blocks(page)
    #expect(!examples.isEmpty)
    for example in examples { #expect(suite.contains("\n" + example + "\n"), "\(example)") }
  }

  /// A file's lines without their indentation.
  private func lines(_ path: String) throws -> [String] {
    try String(contentsOf: Self.root.appendingPathComponent(path), encoding: .utf8)
      .split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// What stands between fences for Swift.
  private func blocks(_ lines: [String]) -> [String] {
    var found: [String] = []
    var block: [String]?
    for line in lines {
      if line == "```swift" {
        block = []
      } else if line == "```", let complete = block {
        found.append(complete.joined(separator: "\n"))
        block = nil
      } else {
        block?.append(line)
      }
    }
    return found
  }
}
