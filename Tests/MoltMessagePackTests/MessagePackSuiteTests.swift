import Foundation
import MoltMessagePack
import MoltTestKit
import Testing

@Suite("kawanet/msgpack-test-suite")
struct MessagePackSuiteTests {
  @Test(
    "every legal encoding of a value reads as that value",
    .enabled(if: Suites.folder("messagepack") != nil, "\(Suites.hint)")
  )
  func suite() throws {
    let path = try #require(Suites.folder("messagepack")) + "/msgpack-test-suite.json"
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let groups = try #require(
      try JSONSerialization.jsonObject(with: data) as? [String: [[String: Any]]]
    )
    var encodingCount = 0
    for (name, entries) in groups {
      for entry in entries {
        for text in try #require(entry["msgpack"] as? [String]) {
          let bytes = text.split(separator: "-").compactMap { UInt8($0, radix: 16) }
          try check(bytes, is: entry, "\(name): \(text)")
          encodingCount += 1
        }
      }
    }
    #expect(encodingCount > 200)
  }

  /// Compares one encoding with the value that the suite states in JSON, and cuts it everywhere.
  func check(_ bytes: [UInt8], is entry: [String: Any], _ comment: Comment) throws {
    let value = try MessagePackTree(bytes)
    #expect(matches(value, entry), comment)
    for count in 0..<bytes.count {
      let prefix = Array(bytes[..<count])
      #expect(endsEarly(prefix) { try MessagePackTree.read(&$0) }, comment)
    }
    if value != .extension {
      #expect(try MessagePackTree(value.encoded) == value, comment)
      if case .float = value { return }
      #expect(value.encoded.count <= bytes.count, comment)
    }
  }

  func matches(_ value: MessagePackTree, _ entry: [String: Any]) -> Bool {
    if entry["ext"] != nil || entry["timestamp"] != nil { return value == .extension }
    if entry["nil"] != nil { return value == .null }
    if let expected = entry["bool"] as? Bool { return value == .boolean(expected) }
    if let expected = entry["binary"] as? String {
      return value == .binary(expected.split(separator: "-").compactMap { UInt8($0, radix: 16) })
    }
    if let expected = entry["bignum"] as? String { return isNumber(value, expected) }
    for key in ["number", "string", "array", "map"] {
      if let expected = entry[key] { return matchesJSON(value, expected) }
    }
    return false
  }

  func isNumber(_ value: MessagePackTree, _ expected: String) -> Bool {
    switch value {
    case .integer(let number): String(number) == expected
    case .unsigned(let number): String(number) == expected
    case .float(let number): number == Double(expected)
    default: false
    }
  }

  func matchesJSON(_ value: MessagePackTree, _ expected: Any) -> Bool {
    switch (value, expected) {
    case (.integer(let number), let expected as NSNumber): Double(number) == expected.doubleValue
    case (.float(let number), let expected as NSNumber): number == expected.doubleValue
    case (.text(let text), let expected as String): text == expected
    case (.null, is NSNull): true
    case (.array(let items), let expected as [Any]):
      items.count == expected.count && zip(items, expected).allSatisfy { matchesJSON($0, $1) }
    case (.map(let pairs), let expected as [String: Any]):
      pairs.count == expected.count
        && pairs.allSatisfy { pair in
          guard case .text(let key) = pair[0], let item = expected[key] else { return false }
          return matchesJSON(pair[1], item)
        }
    default: false
    }
  }
}
