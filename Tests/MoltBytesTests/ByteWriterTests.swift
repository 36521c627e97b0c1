import MoltBytes
import Testing

@Suite("ByteWriter")
struct ByteWriterTests {
  func bytes(of writer: borrowing ByteWriter) -> [UInt8] {
    let span = writer.span
    return span.indices.map { span[$0] }
  }

  @Test("keeps everything while it grows from one byte")
  func grows() {
    var writer = ByteWriter(capacity: 1)
    for byte in UInt8(0)...255 { writer.append(byte) }
    writer.append("abc")
    writer.append([7, 8].span)
    let all = bytes(of: writer)
    #expect(all == Array(UInt8(0)...255) + [97, 98, 99, 7, 8])
  }

  @Test("keeps its memory when emptied, and forgets only what is cut off")
  func reuse() {
    var writer = ByteWriter(capacity: 4)
    writer.append("hello")
    writer.truncate(to: 2)
    let cut = bytes(of: writer)
    writer.removeAll()
    let count = writer.count
    #expect(cut == [104, 101] && count == 0)
  }

  @Test("closes the gap that removed bytes leave", arguments: 0...3)
  func remove(count: Int) {
    var writer = ByteWriter(capacity: 4)
    writer.append("abcde")
    writer.remove(count, at: 1)
    writer.append("f")
    let all = bytes(of: writer)
    #expect(all == Array("a".utf8) + Array("bcde".utf8).dropFirst(count) + Array("f".utf8))
  }

  @Test("traps when asked to keep more than was written")
  func truncateTooFar() async {
    await #expect(processExitsWith: .failure) {
      var writer = ByteWriter()
      writer.truncate(to: 1)
    }
  }
}
