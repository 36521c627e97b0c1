import MoltBytes
import MoltMessagePack
import Testing

@Suite("ByteWriter+MessagePack")
struct MessagePackWriterTests {
  @Test(
    "writes the smallest encoding of an integer and reads it back",
    arguments: [
      (0, 1), (127, 1), (128, 2), (255, 2), (256, 3), (65_535, 3), (65_536, 5),
      (4_294_967_295, 5), (4_294_967_296, 9), (Int64.max, 9), (-1, 1), (-32, 1), (-33, 2),
      (-128, 2), (-129, 3), (-32_768, 3), (-32_769, 5), (-2_147_483_648, 5),
      (-2_147_483_649, 9), (Int64.min, 9),
    ] as [(Int64, Int)]
  )
  func integers(value: Int64, byteCount: Int) throws {
    let encoded = MessagePackTree.integer(value).encoded
    #expect(encoded.count == byteCount)
    #expect(try MessagePackTree(encoded) == .integer(value))
  }

  @Test(
    "writes the smallest header for each length",
    arguments: [0, 1, 15, 16, 31, 32, 255, 256, 65_535, 65_536, 4_294_967_295]
  )
  func headers(count: Int) {
    let small = count < 16 ? 1 : count <= 65_535 ? 3 : 5
    let expected = [
      small, small,
      count < 32 ? 1 : count < 256 ? 2 : small,
      count < 256 ? 2 : small,
    ]
    var sizes: [Int] = []
    var writer = ByteWriter()
    writer.appendMessagePackArrayHeader(count)
    sizes.append(writer.count)
    writer.appendMessagePackMapHeader(count)
    sizes.append(writer.count - sizes.reduce(0, +))
    writer.appendMessagePackTextHeader(count)
    sizes.append(writer.count - sizes.reduce(0, +))
    writer.appendMessagePackBinaryHeader(count)
    sizes.append(writer.count - sizes.reduce(0, +))
    #expect(sizes == expected)
  }

  @Test("writes one text alike from a string, a literal and bytes", arguments: ["", "aé€😀"])
  func texts(text: String) throws {
    var writer = ByteWriter()
    writer.appendMessagePack(text: text)
    writer.appendMessagePack(text: Array(text.utf8).span)
    writer.appendMessagePack(text: "aé€😀")
    let all = bytes(of: writer)
    var reader = MessagePackReader(all.span)
    #expect(try reader.readTextString() == text)
    #expect(try reader.readTextString() == text)
    #expect(try reader.readTextString() == "aé€😀")
    #expect(reader.isAtEnd == true)
  }

  @Test("keeps every bit of a float")
  func floats() throws {
    for value in [
      0.0, -0.0, 1.5, .infinity, -.infinity, .leastNonzeroMagnitude, .greatestFiniteMagnitude,
    ] {
      var writer = ByteWriter()
      writer.appendMessagePack(value)
      let all = bytes(of: writer)
      var reader = MessagePackReader(all.span)
      #expect(try reader.readDouble().bitPattern == value.bitPattern)
      #expect(all.count == 9)
    }
  }

  @Test("traps on a count that no header can hold", arguments: [-1, 4_294_967_296])
  func impossibleCounts(count: Int) async {
    await #expect(processExitsWith: .failure) { [count] in
      var writer = ByteWriter()
      writer.appendMessagePackArrayHeader(count)
    }
  }
}
