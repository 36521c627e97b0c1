import MoltBytes
import MoltJSON
import MoltTestKit
import Testing

/// Compares with CPython's json through `Tests/Differential/json_oracle.py`.
@Suite(
  "JSON beside CPython",
  .enabled(if: PythonOracle.interpreter != nil, "\(PythonOracle.hint)")
)
struct JSONDifferentialTests {
  /// Compares every record of the script's output; answers the documents that Python refused.
  func compare(_ output: [UInt8], seed: UInt64?) -> (count: Int, refused: [String]) {
    var records = OracleRecords(output)
    var reencoder = JSONReencoder()
    var count = 0
    var refused: [String] = []
    while !records.isAtEnd {
      let name = String(decoding: records.next() ?? [], as: UTF8.self)
      let document = records.next() ?? []
      count += 1
      for style in [JSONStyle.django, .compact, .drf, nil] {
        let expected = records.next()
        let answer = try? reencode(document, style, with: &reencoder).get()
        if expected == nil, style == .django { refused.append(name) }
        guard answer != expected else { continue }
        Issue.record(
          """
          \(name), seed \(seed.map(String.init) ?? "none"), \(style.map { "\($0)" } ?? "MessagePack")
          document: \(String(reflecting: String(decoding: document.prefix(2000), as: UTF8.self)))
          Python:   \(describe(expected))
          Molt:     \(describe(answer))
          """
        )
      }
    }
    return (count, refused)
  }

  func describe(_ bytes: [UInt8]?) -> String {
    bytes.map { String(reflecting: String(decoding: $0.prefix(2000), as: UTF8.self)) } ?? "refused"
  }

  @Test("writes generated documents as Python does, in every style")
  func documents() throws {
    let seed = PythonOracle.seed
    let output = try PythonOracle.run("json_oracle.py", ["documents", "\(seed)", "6000"])
    let (count, refused) = compare(output, seed: seed)
    print("json_oracle.py documents: MOLT_SEED=\(seed), \(count), \(refused.count) refused")
    #expect(count == 6000)
    #expect(refused.count > 600 && refused.count < 4000)
  }

  @Test("writes generated texts as Python does, with all escapes")
  func strings() throws {
    let seed = PythonOracle.seed
    let output = try PythonOracle.run("json_oracle.py", ["strings", "\(seed)", "3000"])
    var records = OracleRecords(output)
    var count = 0
    while !records.isAtEnd {
      let text = records.next() ?? []
      count += 1
      for escapes in [JSONEscapes.ascii, .utf8, .drf] {
        let expected = records.next()
        #expect(jsonString(text, escapes) == expected, "seed \(seed), text \(describe(text))")
      }
    }
    print("json_oracle.py strings: MOLT_SEED=\(seed), \(count)")
    #expect(count == 3000)
  }

  @Test(
    "accepts and writes the documents of a published suite as Python does",
    .enabled(if: Suites.folder("json/parsing") != nil, "\(Suites.hint)"),
    arguments: ["json/parsing", "json/roundtrip", "json/transform", "json/corpora"]
  )
  func suite(name: String) throws {
    let folder = try #require(Suites.folder(name))
    let (count, refused) = compare(
      try PythonOracle.run("json_oracle.py", ["files", folder]),
      seed: nil
    )
    #expect(count > 0)
    // Python's json reads three documents that JSONTestSuite wants rejected.
    let extensions = [
      "n_number_NaN.json", "n_number_infinity.json", "n_number_minus_infinity.json",
    ]
    #expect(refused.filter { $0.hasPrefix("y_") && !$0.contains("duplicated_key") }.isEmpty)
    if name == "json/parsing" {
      #expect(refused.count { $0.hasPrefix("n_") } == 188 - extensions.count)
      #expect(refused.allSatisfy { !extensions.contains($0) })
    }
    if name == "json/roundtrip" { #expect(refused.isEmpty && count == 27) }
  }
}
