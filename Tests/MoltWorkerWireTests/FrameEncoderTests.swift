import MoltBytes
import MoltMessagePack
import MoltWorkerWire
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite("FrameEncoder and AnswerFrame")
struct FrameEncoderTests {
  @Test("an answer frame has the same bytes as an encoded reply", arguments: [0, 1, 5000])
  func sameBytes(byteCount: Int) throws {
    let payload = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0) }
    for header in [
      ReplyHeader(id: 1, .more), ReplyHeader(id: .max, .done, rows: .max),
    ] {
      let encoded = written { FrameEncoder.append(header, payload: payload.span, to: &$0) }
      var frame = AnswerFrame(capacity: 16)
      frame.writer.append(payload.span)
      let count = frame.payloadByteCount
      #expect(count == byteCount)
      let (storage, range) = frame.finish(header)
      defer { free(storage.baseAddress) }
      #expect(Array(storage[range]) == encoded)
    }
  }

  @Test("an encoded request passes the decoder")
  func requests() throws {
    var decoder = FrameDecoder()
    let payload = written { RunRequest(statement: 1, arguments: [0x90]).append(to: &$0) }
    let encoded = written {
      FrameEncoder.append(RequestHeader(id: 1, .run), payload: payload.span, to: &$0)
    }
    decoder.append(encoded.span)
    let frame = try #require(try decoder.next())
    let message = try RequestMessage(decoding: frame)
    #expect(message.request == .run(.init(statement: 1, arguments: [0x90])))
  }
}
