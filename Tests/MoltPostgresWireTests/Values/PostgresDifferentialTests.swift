import MoltBytes
import MoltPostgresWire
import MoltRows
import MoltTestKit
import Testing

/// One value, written in one style.
///
/// - Returns: The answer, or nil where Python has to answer.
func answer(_ program: RowProgram, _ decoder: PostgresColumnDecoder, _ bytes: [UInt8]) -> [UInt8]? {
  bytes.withUnsafeBytes { bytes in
    var writer = RowWriter(program)
    var output = ByteWriter(capacity: 64)
    do {
      let value = CellBytes(start: bytes.baseAddress, count: bytes.count)
      let cells = [try decoder.decode(value)]
      try writer.begin(envelope: [], into: &output)
      try writer.append(cells.span, into: &output)
      writer.end(into: &output)
    } catch { return nil }
    let span = output.span
    return span.indices.map { span[$0] }
  }
}

@Suite(
  "PostgreSQL's values against CPython",
  .enabled(if: PythonOracle.interpreter != nil, "SKIPPED: \(PythonOracle.hint)")
)
struct PostgresDifferentialTests {
  @Test("are written as Django's and DRF's encoders, MessagePack and csv write what psycopg loads")
  func values() throws {
    let seed = PythonOracle.seed
    print("postgres_oracle.py: MOLT_SEED=\(seed)")
    let output = try PythonOracle.run("postgres_oracle.py", ["\(seed)", "2000"])
    var records = OracleRecords(output)
    var count = 0
    var mismatches: [String] = []
    while !records.isAtEnd { try compare(group: &records, &count, &mismatches) }
    print("postgres_oracle.py: \(count) answers compared")
    #expect(count > 100_000)
    #expect(mismatches.prefix(20) == [], "\(mismatches.count) mismatches with MOLT_SEED=\(seed)")
  }

  private func compare(
    group records: inout OracleRecords,
    _ count: inout Int,
    _ mismatches: inout [String]
  ) throws {
    let oid = try #require(UInt32(text(records.next())))
    let size = try #require(Int(text(records.next())))
    var shapes: [Shape] = []
    for _ in OutputStyle.allInOrder {
      let encoded = records.next() ?? []
      shapes.append(try Shape(decoding: encoded.span))
    }
    let columns = try PostgresColumns([oid], for: shapes[0])
    let programs = shapes.map { RowProgram($0) }
    for _ in 0..<size {
      let value = records.next() ?? []
      for (style, program) in zip(OutputStyle.allInOrder, programs) {
        let expected = records.next()
        let found = answer(program, columns.decoders[0], value)
        count += 1
        if found != expected {
          mismatches.append(
            "\(PostgresType(oid: oid).name) \(program.shape.fields) \(hexadecimal(value)) in "
              + "\(style): \(shown(found)) instead of \(shown(expected))"
          )
        }
      }
    }
  }

  private func text(_ bytes: [UInt8]?) -> String { String(decoding: bytes ?? [], as: UTF8.self) }

  private func shown(_ bytes: [UInt8]?) -> String {
    bytes.map { String(text($0).prefix(200)) } ?? "nothing"
  }

  private func hexadecimal(_ bytes: [UInt8]) -> String {
    bytes.prefix(60).map { String(Int($0) + 256, radix: 16).dropFirst() }.joined()
  }
}

extension OutputStyle {
  /// The styles in the order of `postgres_encoders.py`.
  static let allInOrder: [OutputStyle] = [.django, .drf, .compact, .messagepack, .csv]
}
