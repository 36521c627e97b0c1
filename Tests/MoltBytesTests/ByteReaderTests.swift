import MoltBytes
import Testing

@Suite("ByteReader")
struct ByteReaderTests {
  @Test(
    "reads a big-endian integer",
    arguments: [
      ([0, 0, 0, 0], UInt32.min), ([0, 0, 1, 2], 258), ([255, 255, 255, 255], UInt32.max),
    ] as [([UInt8], UInt32)]
  )
  func bigEndian(bytes: [UInt8], expected: UInt32) throws {
    var reader = ByteReader(bytes.span)
    #expect(try reader.readBigEndian(UInt32.self) == expected)
    #expect(reader.remaining == 0)
  }

  @Test("does not move when the field is cut short", arguments: 0..<4)
  func cutShort(count: Int) {
    let bytes = [UInt8](repeating: 7, count: count)
    var reader = ByteReader(bytes.span)
    var caught: ByteReaderError?
    do { _ = try reader.readBigEndian(UInt32.self) } catch { caught = error }
    #expect(caught == .endOfInput(offset: 0, needed: 4))
    #expect(reader.remaining == count)
  }

  @Test("lends views into the input")
  func views() throws {
    let bytes: [UInt8] = [1, 2, 3]
    var reader = ByteReader(bytes.span)
    #expect(reader.peek == 1)
    let view = try reader.readBytes(2)
    #expect(view.count == 2 && view[1] == 2)
    #expect(try reader.readByte() == 3)
    #expect(reader.peek == nil)
  }
}
