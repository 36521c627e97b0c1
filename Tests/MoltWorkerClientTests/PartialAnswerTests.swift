import MoltBytes
import MoltErrors
import MoltMessagePack
import MoltTestKit
import MoltWorkerClient
import MoltWorkerWire
import Testing

@Suite("A worker's answer while it arrives")
struct PartialAnswerTests {
  static let answers: [[String]] = [[""], ["[1]"], ["a", "", "bc"], ["", "", ""]]

  @Test("is joined from its frames, wherever the reads split them", arguments: answers)
  func splits(parts: [String]) throws {
    let stream = frames(parts, rowCount: 7)
    try everySplit(of: stream) { first, second in
      let answer = try digest([first, second])
      #expect(answer == Answer(text: parts.joined(), rowCount: 7))
    }
    let bytes = stream.map { ArraySlice([$0]) }
    #expect(try digest(bytes) == Answer(text: parts.joined(), rowCount: 7))
  }

  @Test("asks for what is missing of a frame")
  func wanted() throws {
    let stream = frames([String(repeating: "x", count: 100_000)], rowCount: 1)
    var output = ByteWriter()
    var answer = PartialAnswer(WorkerExchange.Request(id: 5, statement: 1))
    let start = Array(stream[..<1000])
    output.append(start.span)
    #expect(try answer.digest(&output) == nil)
    let wanted = answer.wantedByteCount
    #expect(wanted == stream.count - 1000)
  }

  @Test("may be the worker's error, also behind parts", arguments: [[], ["void", "void"]])
  func refused(parts: [String]) throws {
    var writer = ByteWriter()
    for part in parts { append(part, ReplyHeader(id: 5, .more), to: &writer) }
    var payload = ByteWriter()
    MoltError(.busy, "later", offset: 3).append(to: &payload)
    FrameEncoder.append(ReplyHeader(id: 5, .error), payload: payload.span, to: &writer)
    let stream = bytes(writer)
    everySplit(of: stream) { first, second in
      #expect(throws: WorkerExchange.Failure.refused(MoltError(.busy, "later", offset: 3))) {
        try digest([first, second])
      }
    }
  }

  @Test(
    "is refused when it is not the reply to the request",
    arguments: [
      [0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 1, 0xC1], Array("HTTP/1.1 200 OK".utf8),
      frames(["[1]"], rowCount: 1, id: 6), frames(["[1]"], rowCount: 1) + [0],
      [0, 0, 0, 1, 0x80],
    ] as [[UInt8]]
  )
  func mismatch(stream: [UInt8]) {
    #expect(throws: WorkerExchange.Failure.mismatch) { try digest([stream[...]]) }
  }

  @Test("may stand in the shared memory")
  func shared() throws {
    let stream = sharedFrame(4096)
    try everySplit(of: stream) { first, second in
      let answer = try digest([first, second], sharedByteCount: 4096)
      #expect(answer == Answer(text: "", rowCount: 7, sharedByteCount: 4096))
    }
  }

  @Test(
    "is refused when it cannot stand in the shared memory",
    arguments: [
      sharedFrame(4097), sharedFrame(.max), sharedFrame(1, payload: "x"),
      frames(["x"], rowCount: 0, isOpen: true) + sharedFrame(1),
    ]
  )
  func sharedMismatch(stream: [UInt8]) {
    #expect(throws: WorkerExchange.Failure.mismatch) {
      try digest([stream[...]], sharedByteCount: 4096)
    }
  }

  @Test("is not looked for in memory that nobody shares")
  func notShared() {
    #expect(throws: WorkerExchange.Failure.mismatch) { try digest([sharedFrame(1)[...]]) }
  }

  @Test("passes no limit of the request in shared memory either")
  func sharedLimits() throws {
    let failure = #expect(throws: WorkerExchange.Failure.self) {
      try digest([sharedFrame(10)[...]], byteLimit: 9, sharedByteCount: 4096)
    }
    guard case .refused(let bytes) = failure else { throw Unexpected() }
    #expect(bytes.message.contains("9 bytes"))
  }

  @Test("passes no limit of the request")
  func limits() throws {
    let stream = frames(["12345", "67890"], rowCount: 9)
    #expect(try digest([stream[...]], byteLimit: 10, rowLimit: 9).text == "1234567890")
    var failure = #expect(throws: WorkerExchange.Failure.self) {
      try digest([stream[...]], byteLimit: 9)
    }
    guard case .tooLarge(let bytes) = failure else { throw Unexpected() }
    #expect(bytes.message.contains("9 bytes"))
    failure = #expect(throws: WorkerExchange.Failure.self) {
      try digest([stream[...]], rowLimit: 8)
    }
    guard case .refused(let rows) = failure else { throw Unexpected() }
    #expect(rows.code == .tooLarge)
    #expect(rows.message.contains("8 rows"))
  }

  struct Unexpected: Error {}

  struct Answer: Equatable {
    var text: String
    var rowCount: UInt64
    var sharedByteCount: Int?
  }

  /// Feeds pieces one after the other until the answer is complete.
  private func digest(
    _ pieces: [ArraySlice<UInt8>],
    byteLimit: UInt64 = 0,
    rowLimit: UInt64 = 0,
    sharedByteCount: Int = 0
  ) throws -> Answer {
    var request = WorkerExchange.Request(id: 5, statement: 1)
    request.byteLimit = byteLimit
    request.rowLimit = rowLimit
    request.sharedByteCount = sharedByteCount
    var answer = PartialAnswer(request)
    var output = ByteWriter()
    for piece in pieces {
      let piece = Array(piece)
      output.append(piece.span)
      guard let rowCount = try answer.digest(&output) else { continue }
      let text = String(decoding: bytes(output)[answer.offset...], as: UTF8.self)
      return Answer(text: text, rowCount: rowCount, sharedByteCount: answer.sharedByteCount)
    }
    throw Unexpected()
  }
}

/// An answer of these parts to request `id`.
private func frames(
  _ parts: [String],
  rowCount: UInt64,
  id: UInt64 = 5,
  isOpen: Bool = false
) -> [UInt8] {
  var writer = ByteWriter()
  if isOpen {
    for part in parts { append(part, ReplyHeader(id: id, .more), to: &writer) }
    return bytes(writer)
  }
  for part in parts.dropLast() { append(part, ReplyHeader(id: id, .more), to: &writer) }
  append(parts.last ?? "", ReplyHeader(id: id, .done, rows: rowCount), to: &writer)
  return bytes(writer)
}

/// A reply to request 5 whose answer stands in the shared memory.
private func sharedFrame(_ byteCount: UInt64, payload: String = "") -> [UInt8] {
  var writer = ByteWriter()
  append(payload, ReplyHeader(id: 5, .done, rows: 7, shared: byteCount), to: &writer)
  return bytes(writer)
}

private func append(_ payload: String, _ header: ReplyHeader, to writer: inout ByteWriter) {
  let payload = Array(payload.utf8)
  FrameEncoder.append(header, payload: payload.span, to: &writer)
}

private func bytes(_ writer: borrowing ByteWriter) -> [UInt8] {
  writer.span.withUnsafeBufferPointer { Array($0) }
}
