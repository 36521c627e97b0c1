import MoltBytes
import MoltCBOR
import MoltMessagePack
import MoltTape
import MoltTestKit
import Testing

/// Whether Python has the packages to compare with.
private let hasPackages =
  PythonOracle.interpreter != nil && (try? PythonOracle.run("binary_oracle.py", ["check"])) != nil

@Suite(
  "Python's msgpack and cbor2",
  .enabled(if: hasPackages, "\(PythonOracle.hint), with msgpack and cbor2")
)
struct CBORDifferentialTests {
  @Test("read and write generated values in the same bytes, and carry them over alike")
  func values() throws {
    let seed = PythonOracle.seed
    print("binary_oracle.py values, seed \(seed)")
    var records = OracleRecords(
      try PythonOracle.run("binary_oracle.py", ["values", "\(seed)", "2000"])
    )
    var count = 0
    while !records.isAtEnd {
      let (packed, cbor) = (records.next(), records.next())
      let (canonical, again) = (records.next(), records.next())
      let comment: Comment = "record \(count) of seed \(seed)"
      #expect(again == packed, comment)
      try check(
        try #require(packed),
        try #require(cbor),
        try #require(canonical),
        comment
      )
      count += 1
    }
    #expect(count == 2000)
  }

  func check(
    _ messagePack: [UInt8],
    _ cbor: [UInt8],
    _ canonical: [UInt8],
    _ comment: Comment
  ) throws {
    var long = CBOROptions()
    long.shortensFloats = false
    #expect(try rewritten(cbor, options: long) == cbor, comment)
    #expect(try rewritten(cbor, options: .deterministic(.lengthFirst)) == canonical, comment)
    var limits = CBORLimits()
    limits.determinism = .lengthFirst
    #expect(parseError(canonical, limits: limits) == nil, comment)

    var fromCBOR = CBORReader(cbor.span)
    var packed = MessagePackSink()
    try fromCBOR.writeValue(to: &packed)
    try packed.finish()
    #expect(array(packed.bytes) == messagePack, comment)

    var fromMessagePack = MessagePackReader(messagePack.span)
    var sink = CBORSink(long)
    try fromMessagePack.writeValue(to: &sink)
    try sink.finish()
    #expect(array(sink.bytes) == cbor, comment)
  }
}
