import MoltBytes
import MoltErrors
import MoltTestKit
import MoltWorkerWire
import Testing

/// A byte stream and the frames it holds.
struct Stream: CustomTestStringConvertible, Sendable {
  let name: String
  let bytes: [UInt8]
  let frames: [[UInt8]]

  var testDescription: String { name }

  static let all = [
    Stream(name: "nothing", bytes: [], frames: []),
    Stream(name: "half a length", bytes: [0, 0], frames: []),
    Stream(name: "one frame", bytes: [0, 0, 0, 1, 9], frames: [[9]]),
    Stream(name: "a frame but for its last byte", bytes: [0, 0, 0, 2, 9], frames: []),
    Stream(
      name: "two frames and the start of a third",
      bytes: [0, 0, 0, 2, 0x68, 0x69, 0, 0, 0, 1, 7, 0, 0],
      frames: [[0x68, 0x69], [7]]
    ),
    Stream(
      name: "a frame of 300 bytes between small ones",
      bytes: [0, 0, 0, 1, 1, 0, 0, 1, 44] + [UInt8](repeating: 5, count: 300) + [0, 0, 0, 1, 2],
      frames: [[1], [UInt8](repeating: 5, count: 300), [2]]
    ),
  ]
}

@Suite("FrameDecoder")
struct FrameDecoderTests {
  func frames(in parts: [ArraySlice<UInt8>], limits: FrameLimits = .init()) throws -> [[UInt8]] {
    var decoder = FrameDecoder(limits: limits)
    var frames: [[UInt8]] = []
    for part in parts {
      decoder.append(part.span)
      while let frame = try decoder.next() { frames.append(frame) }
    }
    return frames
  }

  @Test("finds the same frames however the stream is cut", arguments: Stream.all)
  func everyCut(stream: Stream) throws {
    try everySplit(of: stream.bytes) { head, tail in
      let found = try frames(in: [head, tail])
      #expect(found == stream.frames)
    }
  }

  @Test("finds the same frames byte by byte", arguments: Stream.all)
  func drip(stream: Stream) throws {
    let parts = stream.bytes.indices.map { stream.bytes[$0...$0] }
    #expect(try frames(in: parts) == stream.frames)
  }

  @Test("finds a hundred thousand frames given at once")
  func many() throws {
    let bytes = Array(repeatElement([0, 0, 0, 1, 7] as [UInt8], count: 100_000).joined())
    #expect(try frames(in: [bytes[...]]).count == 100_000)
  }

  @Test("refuses a length over the limit and stays there")
  func overLimit() throws {
    var limits = FrameLimits()
    limits.frameByteCount = 1
    var decoder = FrameDecoder(limits: limits)
    decoder.append([0, 0, 0, 1, 7, 0, 0, 0, 2].span)
    #expect(try decoder.next() == [7])
    for _ in 0..<2 {
      #expect(throws: FrameError.tooLarge(offset: 5, byteCount: 2, limit: 1)) {
        try decoder.next()
      }
    }
  }

  @Test("refuses the largest length before any of its bytes arrive")
  func huge() {
    var decoder = FrameDecoder()
    decoder.append([255, 255, 255, 255].span)
    let error = FrameError.tooLarge(offset: 0, byteCount: 4_294_967_295, limit: 16_777_216)
    #expect(throws: error) { try decoder.next() }
    #expect(error.error.code == .tooLarge)
  }

  @Test("refuses a frame without a header")
  func empty() {
    var decoder = FrameDecoder()
    decoder.append([0, 0, 0, 0].span)
    #expect(throws: FrameError.empty(offset: 0)) { try decoder.next() }
    #expect(FrameError.empty(offset: 0).error.code == .invalidInput)
  }
}
