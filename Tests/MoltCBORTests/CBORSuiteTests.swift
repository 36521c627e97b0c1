import Foundation
import MoltBytes
import MoltCBOR
import MoltTape
import MoltTestKit
import Testing

/// A vector of RFC 8949, appendix A, but for `f818`, which RFC 8949 no longer has.
struct AppendixVector: Sendable {
  let hex: String
  let bytes: [UInt8]
  /// Whether the encoding is the preferred one.
  let isPreferred: Bool
  /// The value in diagnostic notation, or else as JSON.
  let diagnostic: String?
  let decoded: String?

  static let all: [AppendixVector] = {
    guard let folder = Suites.folder("cbor"),
      let data = FileManager.default.contents(atPath: folder + "/appendix_a.json"),
      let entries = try? JSONSerialization.jsonObject(with: data) as? [[String: Any]]
    else { return [] }
    return entries.compactMap { entry -> AppendixVector? in
      guard let hex = entry["hex"] as? String, hex != "f818" else { return nil }
      return AppendixVector(
        hex: hex,
        bytes: octets(hex),
        isPreferred: entry["roundtrip"] as? Bool == true,
        diagnostic: entry["diagnostic"] as? String,
        decoded: entry["decoded"].flatMap(json)
      )
    }
  }()

  /// A value as Foundation writes it, so that equal values are equal texts.
  static func json(_ value: Any) -> String? {
    let options: JSONSerialization.WritingOptions = [.fragmentsAllowed, .sortedKeys]
    let data = try? JSONSerialization.data(withJSONObject: value, options: options)
    return data.map { String(decoding: $0, as: UTF8.self) }
  }
}

@Suite(
  "RFC 8949, appendix A",
  .enabled(if: Suites.folder("cbor") != nil, "\(Suites.hint)")
)
struct CBORSuiteTests {
  @Test("every vector is there")
  func count() { #expect(AppendixVector.all.count == 81) }

  @Test("a simple value below 32 in two bytes, allowed by RFC 7049, is refused")
  func reserved() {
    #expect(parseError([0xF8, 0x18]) == .reserved(offset: 0))
  }

  @Test("every value is written as the appendix writes it in diagnostic notation")
  func notation() throws {
    for vector in AppendixVector.all {
      let notation = try diagnostic(of: vector.bytes)
      if let expected = vector.diagnostic {
        #expect(notation == expected, "\(vector.hex)")
      } else {
        let value = try JSONSerialization.jsonObject(
          with: Data(plain(notation).utf8),
          options: .fragmentsAllowed
        )
        #expect(AppendixVector.json(value) == vector.decoded, "\(vector.hex)")
      }
    }
  }

  /// Diagnostic notation without the marks of indefinite lengths, which is JSON for what JSON has.
  private func plain(_ notation: String) -> String {
    if notation == "(_ \"strea\", \"ming\")" { return "\"streaming\"" }
    return notation.replacingOccurrences(of: "_ ", with: "")
  }

  @Test("every value lands on the tape and comes back in its preferred encoding")
  func tape() throws {
    for vector in AppendixVector.all {
      let written = try rewritten(vector.bytes)
      if vector.isPreferred {
        #expect(written == vector.bytes, "\(vector.hex)")
      } else {
        #expect(written.count <= vector.bytes.count, "\(vector.hex)")
        #expect(try rewritten(written) == written, "\(vector.hex)")
      }
    }
  }

  @Test("every vector is skipped whole and fails when it is cut anywhere")
  func cuts() throws {
    for vector in AppendixVector.all {
      var reader = CBORReader(vector.bytes.span)
      try reader.skipValue()
      #expect(reader.isAtEnd == true)
      for count in 0..<vector.bytes.count {
        let cut = Array(vector.bytes[..<count])
        #expect(isEndOfInput { try rewritten(cut) }, "\(vector.hex) cut at \(count)")
        #expect(
          isEndOfInput {
            var reader = CBORReader(cut.span)
            try reader.skipValue()
          },
          "\(vector.hex) cut at \(count)"
        )
        #expect(isEndOfInput { try diagnostic(of: cut) }, "\(vector.hex) cut at \(count)")
      }
    }
  }

  @Test("exactly the preferred encodings pass the check for determinism")
  func determinism() {
    for vector in AppendixVector.all {
      var parser = CBORParser()
      parser.limits.determinism = .bytewise
      let passes = (try? parser.parse(vector.bytes.span).wordCount) != nil
      #expect(passes == vector.isPreferred, "\(vector.hex)")
    }
  }
}
