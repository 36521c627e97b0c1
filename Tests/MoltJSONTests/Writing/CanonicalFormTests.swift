import MoltBytes
import MoltJSON
import MoltTape
import Testing

@Suite("The canonical form of RFC 8785")
struct CanonicalFormTests {
  /// The canonical form of a document, or why it has none.
  private func canonical(_ document: String) throws -> String {
    let document = Array(document.utf8)
    var parser = JSONParser()
    var writer = ByteWriter(capacity: 1)
    try parser.parse(document.span).root.appendJSON(to: &writer, .canonical)
    return String(decoding: bytes(of: writer), as: UTF8.self)
  }

  @Test("is that of section 3.2.2 for its sample")
  func sample() throws {
    let document = #"""
      {
        "numbers": [333333333.33333329, 1E30, 4.50,
                    2e-3, 0.000000000000000000000000001],
        "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
        "literals": [null, true, false]
      }
      """#
    #expect(
      try canonical(document)
        == #"{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"#
        + #""string":"€$\u000f\nA'B\"\\\\\"/"}"#
    )
  }

  @Test("has the keys in the order of section 3.2.3")
  func order() throws {
    let document = #"""
      {"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh",
       "1":"One","\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control",
       "\u00f6":"Latin Small Letter O With Diaeresis"}
      """#
    let values = try canonical(document).split(separator: Character("\"")).map { String($0) }
      .filter { $0.count > 2 }
    #expect(
      values == [
        "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign",
        "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh",
      ]
    )
  }

  @Test(
    "writes integers as the floats that they are",
    arguments: [
      ("0", "0"), ("-0", "0"), ("-0.0", "0"), ("10.0", "10"),
      ("9007199254740992", "9007199254740992"),
      ("-9007199254740994", "-9007199254740994"), ("1e21", "1e+21"),
      ("1e20", "100000000000000000000"),
      ("18446744073709549568", "18446744073709550000"),
      ("18446744073709550000", "18446744073709550000"),
      ("100000000000000000000", "100000000000000000000"),
      ("-36028932488658940", "-36028932488658940"), ("36028932488658944", "36028932488658940"),
    ]
  )
  func integers(document: String, expected: String) throws {
    #expect(try canonical(document) == expected)
  }

  @Test("refuses what I-JSON forbids")
  func refusals() {
    #expect(throws: JSONWriteError.inexactInteger(offset: 1)) {
      try canonical("[9007199254740993]")
    }
    #expect(throws: JSONWriteError.inexactInteger(offset: 0)) {
      try canonical("18446744073709551615")
    }
    #expect(throws: JSONWriteError.inexactInteger(offset: 0)) {
      try canonical("123456789012345678901234567890")
    }
    #expect(throws: JSONWriteError.duplicateKey(offset: 7)) {
      try canonical(#"{"a":1,"\u0061":1}"#)
    }
  }
}
