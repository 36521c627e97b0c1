import MoltColumns
import Testing

@Suite("Column builders")
struct ColumnBuilderTests {
  @Test("a column of integers is its values and its nulls")
  func integers() throws {
    var builder = ColumnBuilder(.int32, rowCount: 2)
    for block in [[7, 0, -9], [], [Int32.max]] as [[Int32]] {
      builder.append(Int32.self, count: block.count) { for value in block { $0.append(value) } }
      builder.appendValidity(bits: block.count == 3 ? 0b101 : 1, count: block.count)
    }
    let column = try builder.finish()
    #expect(column.count == 4)
    #expect(column.nullCount == 1)
    #expect(column.values?.values(of: Int32.self) == [7, 0, -9, .max])
    #expect((0..<4).map { column.isNull($0) } == [false, true, false, false])
    #expect(column.offsets == nil)
  }

  @Test("memory begins at a multiple of 64 and is padded with zeros to one", arguments: 0..<70)
  func alignment(count: Int) throws {
    var builder = ColumnBuilder(.int16)
    builder.append(Int16.self, count: count) { for _ in 0..<count { $0.append(-1) } }
    for _ in 0..<count { builder.appendValidity(bits: 1, count: 1) }
    let memory = try #require(try builder.finish().values)
    #expect(memory.byteCount == 2 * count)
    let padded = (memory.byteCount + 63) / 64 * 64
    memory.bytes.withUnsafeBufferPointer { bytes in
      let place = UnsafeRawPointer(bytes.baseAddress)
      #expect(place.map { Int(bitPattern: $0) % 64 } == 0)
      let rest = UnsafeRawBufferPointer(start: place, count: padded).dropFirst(memory.byteCount)
      #expect(rest.allSatisfy { $0 == 0 })
    }
  }

  @Test("texts come back whatever their lengths and blocks are", arguments: 0..<300)
  func texts(seed: Int) throws {
    var random = Random(UInt64(seed))
    var builder = ColumnBuilder(.binary)
    var expected: [[UInt8]?] = []
    for _ in 0..<Int.random(in: 0...8, using: &random) {
      let skipping = Int.random(in: 0...1, using: &random)
      let block = Self.block(skipping: skipping, &random)
      try builder.append(block.slices.span, in: block.bytes.span, skipping: skipping)
      expected += block.values
    }
    let column = try builder.finish()
    let offsets = try #require(column.offsets).values(of: Int32.self).map { Int($0) }
    let values = try #require(column.values).array
    #expect(offsets.count == expected.count + 1)
    #expect(offsets.first == 0)
    #expect(offsets.last == values.count)
    for index in expected.indices {
      #expect(column.isNull(index) == (expected[index] == nil))
      #expect(Array(values[offsets[index]..<offsets[index + 1]]) == expected[index] ?? [])
    }
  }

  /// Values with gaps between them, around the size that is copied at once, and nulls.
  private static func block(
    skipping: Int,
    _ random: inout Random
  ) -> (slices: [ByteSlice], bytes: [UInt8], values: [[UInt8]?]) {
    var (slices, bytes, values) = ([ByteSlice](), [UInt8](), [[UInt8]?]())
    for _ in 0..<Int.random(in: 0...70, using: &random) {
      bytes += (0..<Int.random(in: 0...2, using: &random)).map { _ in 0xEE }
      if Int.random(in: 0..<5, using: &random) == 0 {
        slices.append(.null)
        values.append(nil)
        continue
      }
      let count = skipping + Int.random(in: 0...40, using: &random)
      let value = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      slices.append(ByteSlice(start: UInt32(bytes.count), count: Int32(count)))
      bytes += value
      values.append(Array(value.dropFirst(skipping)))
    }
    return (slices, bytes, values)
  }

  @Test(
    "a text that is not UTF-8 is found with its row",
    arguments: [
      (["a", "\u{FC}", "b"].map { Array($0.utf8) }, nil),
      ([[0x61], [0xFF], [0x62]], 1),
      // Together they would be a character.
      ([[0x61], [0xC3], [0xBC]], 2),
      ([[0xC3]], 0), ([[], []], nil),
      ([Array("日本".utf8), [], Array("語".utf8)], nil),
    ] as [([[UInt8]], Int?)]
  )
  func invalidText(values: [[UInt8]], row: Int?) throws {
    var builder = ColumnBuilder(.text)
    for value in values {
      let slices = [ByteSlice(start: 0, count: Int32(value.count))]
      try builder.append(slices.span, in: value.span)
    }
    var found: Int?
    do throws(ColumnError) { _ = try builder.finish() } catch {
      if case .invalidText(let row) = error { found = row }
    }
    #expect(found == row)
    // The builder is empty again.
    let again = try builder.finish()
    #expect(again.count == 0)
    #expect(again.offsets?.values(of: Int32.self) == [0])
  }

  @Test("lists are offsets over their elements")
  func lists() throws {
    var elements = ColumnBuilder(.int64)
    elements.append(Int64.self, count: 3) { for value in 1...3 { $0.append(Int64(value)) } }
    elements.appendValidity(bits: 0b101, count: 3)
    var builder = ColumnBuilder(.list(.int64))
    try builder.append(listCounts: [2, 0, 0, 1].span)
    builder.appendValidity(bits: 0b1011, count: 4)
    let column = try builder.finish(elements: try elements.finish())
    #expect(column.offsets?.values(of: Int32.self) == [0, 2, 2, 2, 3])
    #expect(column.nullCount == 1)
    #expect(column.elements?.nullCount == 1)
  }

  @Test("more bytes than offsets of four bytes can count are refused")
  func tooLarge() throws {
    var builder = ColumnBuilder(.list(.int16))
    let counts = [Int32.max, 1]
    var isRefused = false
    do throws(ColumnError) { try builder.append(listCounts: counts.span) } catch {
      isRefused = error == .tooLarge
    }
    #expect(isRefused)
    let count = builder.count
    #expect(count == 0)
  }
}
