import MoltBytes
import MoltErrors
import MoltMessagePack
import MoltWorkerWire
import Testing

/// What a writer holds, as an array.
func bytes(of writer: borrowing ByteWriter) -> [UInt8] {
  let span = writer.span
  return span.indices.map { span[$0] }
}

/// The bytes that `body` appends.
func written(_ body: (inout ByteWriter) -> Void) -> [UInt8] {
  var writer = ByteWriter()
  body(&writer)
  return bytes(of: writer)
}

/// Every operation once, as a message and its frame without the length.
let messages: [RequestMessage] = [
  .init(.init(id: 1, .hello), .hello(.init(client: "test 1"))),
  .init(
    .init(id: 2, .prepare, deadlineMilliseconds: 250, trace: "00-0af7-b7-01"),
    .prepare(.init(statement: 7, database: "default", sql: "SELECT 1 -- é", shape: [1, 2, 3]))
  ),
  .init(.init(id: .max, .run), .run(.init(statement: 7, arguments: [0x92, 0x90, 0x90]))),
  .init(
    .init(id: 8, .run),
    .run(.init(statement: 7, arguments: [0x92, 0x90, 0x90], isShared: true))
  ),
  .init(.init(id: 9, .share), .share),
  .init(.init(id: 4, .release), .release(.init(statement: .max))),
  .init(.init(id: 3, .cancel), .cancel),
  .init(.init(id: 5, .health), .health),
  .init(.init(id: 6, .metrics), .metrics),
]

func frame(of message: RequestMessage) -> [UInt8] {
  written { writer in
    message.header.append(to: &writer)
    switch message.request {
    case .hello(let request): request.append(to: &writer)
    case .prepare(let request): request.append(to: &writer)
    case .run(let request): request.append(to: &writer)
    case .release(let request): request.append(to: &writer)
    case .share, .cancel, .health, .metrics: break
    }
  }
}

@Suite("Messages")
struct MessageTests {
  @Test("every operation reads back as it was written")
  func roundTrip() throws {
    #expect(Set(messages.map(\.header.operation)) == Set(Operation.allCases))
    for message in messages {
      #expect(try RequestMessage(decoding: frame(of: message)) == message)
    }
  }

  @Test("every prefix of a request is an error, and no prefix traps")
  func prefixes() {
    for message in messages {
      let frame = frame(of: message)
      for count in 0..<frame.count {
        let prefix = Array(frame[..<count])
        #expect(throws: RequestFailure.self) { try RequestMessage(decoding: prefix) }
      }
    }
  }

  @Test("every damaged byte of a request answers or throws")
  func damage() {
    var outcomes = (accepted: 0, refused: 0)
    for message in messages {
      let frame = frame(of: message)
      for index in frame.indices {
        for value in UInt8.min...UInt8.max {
          var damaged = frame
          damaged[index] = value
          let decoded = try? RequestMessage(decoding: damaged)
          if decoded == nil { outcomes.refused += 1 } else { outcomes.accepted += 1 }
        }
      }
    }
    #expect(outcomes.accepted > 0 && outcomes.refused > 0)
  }

  @Test("bytes behind a request are an error that names it")
  func trailing() {
    for message in messages {
      let frame = frame(of: message)
      let failure = RequestFailure(
        id: message.header.id,
        reason: .trailingBytes(offset: frame.count)
      )
      #expect(throws: failure) { try RequestMessage(decoding: frame + [0xC0]) }
    }
  }

  @Test("keys of a later version are ignored")
  func unknownKeys() throws {
    let frame = written { writer in
      writer.appendMessagePackMapHeader(3)
      writer.appendMessagePack(text: "codec")
      writer.appendMessagePackArrayHeader(1)
      writer.appendMessagePack(text: "zstd")
      writer.appendMessagePack(text: "id")
      writer.appendMessagePack(9 as UInt64)
      writer.appendMessagePack(text: "op")
      writer.appendMessagePack(text: "health")
    }
    #expect(try RequestMessage(decoding: frame) == .init(.init(id: 9, .health), .health))
  }

  @Test("a faulty header gives an error that names the request when it can")
  func faultyHeaders() {
    func header(_ id: UInt64?, _ operation: String?, trace: String = "") -> [UInt8] {
      written { writer in
        writer.appendMessagePackMapHeader((id == nil ? 0 : 1) + (operation == nil ? 0 : 1) + 1)
        if let id {
          writer.appendMessagePack(text: "id")
          writer.appendMessagePack(id)
        }
        if let operation {
          writer.appendMessagePack(text: "op")
          writer.appendMessagePack(text: operation)
        }
        writer.appendMessagePack(text: "trace")
        writer.appendMessagePack(text: trace)
      }
    }
    let cases: [([UInt8], RequestFailure)] = [
      (header(nil, "health"), .init(id: 0, reason: .zeroID)),
      (header(0, "health"), .init(id: 0, reason: .zeroID)),
      (header(3, nil), .init(id: 3, reason: .missing(key: .op, offset: 0))),
      (header(3, "drop"), .init(id: 3, reason: .unknownOperation("drop"))),
      (
        header(3, "health", trace: String(repeating: "x", count: 129)),
        .init(id: 3, reason: .traceTooLong(byteCount: 129))
      ),
      (
        [0x90],
        .init(
          id: 0,
          reason: .malformed(.mismatch(offset: 0, expected: .map, found: .array))
        )
      ),
    ]
    for (frame, failure) in cases {
      #expect(throws: failure) { try RequestMessage(decoding: frame) }
      #expect(failure.reason.error.code == .invalidInput)
      #expect(!failure.reason.error.message.isEmpty)
    }
  }

  @Test("a request without a key it needs says which")
  func missingKeys() {
    let keys: [(Operation, MessageKey)] = [
      (.hello, .protocol), (.prepare, .statement), (.run, .statement), (.release, .statement),
    ]
    for (operation, key) in keys {
      let frame = written { writer in
        RequestHeader(id: 1, operation).append(to: &writer)
        writer.appendMessagePackMapHeader(0)
      }
      let offset = frame.count - 1
      let failure = RequestFailure(id: 1, reason: .missing(key: key, offset: offset))
      #expect(throws: failure) { try RequestMessage(decoding: frame) }
      #expect(failure.reason.error.message.contains(key.rawValue))
    }
  }

  @Test("a reply header reads back as it was written", arguments: ReplyHeader.Status.allCases)
  func replyHeaders(status: ReplyHeader.Status) throws {
    for rows in [nil, 0, UInt64.max] as [UInt64?] {
      let header = ReplyHeader(id: .max, status, rows: rows)
      let encoded = written { header.append(to: &$0) }
      var reader = MessagePackReader(encoded.span)
      #expect(try ReplyHeader(reading: &reader) == header)
      #expect(encoded.count + 4 <= AnswerFrame.gapByteCount)
    }
  }

  @Test("a reply header that names shared memory reads back as it was written")
  func sharedReplyHeader() throws {
    for shared in [0, 227_000, UInt64.max] {
      let header = ReplyHeader(id: .max, .done, rows: .max, shared: shared)
      let encoded = written { header.append(to: &$0) }
      var reader = MessagePackReader(encoded.span)
      #expect(try ReplyHeader(reading: &reader) == header)
      #expect(encoded.count + 4 <= AnswerFrame.gapByteCount)
    }
  }

  @Test("a share reply reads back as it was written, and no prefix of it is one")
  func shareReply() throws {
    let reply = ShareReply(byteCount: 512 << 10)
    let encoded = written { reply.append(to: &$0) }
    var reader = MessagePackReader(encoded.span)
    #expect(try ShareReply(reading: &reader) == reply)
    for count in encoded.indices {
      let prefix = Array(encoded[..<count])
      #expect(throws: MessageError.self) {
        var reader = MessagePackReader(prefix.span)
        _ = try ShareReply(reading: &reader)
      }
    }
  }

  @Test("an error payload reads back as it was written", arguments: ErrorCode.allCases)
  func errors(code: ErrorCode) throws {
    let error = MoltError(code, "What happened: é.", offset: 12)
    let encoded = written { error.append(to: &$0) }
    var reader = MessagePackReader(encoded.span)
    #expect(try MoltError(reading: &reader) == error)
  }

  @Test("an error code of a later version reads as internal")
  func laterCode() throws {
    let encoded = written { writer in
      writer.appendMessagePackMapHeader(1)
      writer.appendMessagePack(text: "code")
      writer.appendMessagePack(4_000_000_000 as Int64)
    }
    var reader = MessagePackReader(encoded.span)
    #expect(try MoltError(reading: &reader).code == .internal)
  }

  @Test("a health reply reads back as it was written")
  func health() throws {
    let reply = HealthReply(
      isDraining: true,
      version: "1.2.3",
      databases: [("default", nil), ("old", "The file is gone.")]
    )
    let encoded = written { reply.append(to: &$0) }
    var reader = MessagePackReader(encoded.span)
    #expect(try HealthReply(reading: &reader) == reply)
    #expect(!reply.isHealthy)
  }
}
