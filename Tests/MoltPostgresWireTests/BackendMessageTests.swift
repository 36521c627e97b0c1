import MoltErrors
import MoltPostgresWire
import MoltTestKit
import Testing

/// A message with what it means.
struct MessageVector: Sendable, CustomTestStringConvertible {
  var name: String
  var bytes: [UInt8]
  var message: BackendMessage

  var testDescription: String { name }

  static let allFields: [(Character, String)] = [
    ("S", "FEHLER"), ("V", "ERROR"), ("C", "23505"), ("M", "message"), ("D", "detail"),
    ("H", "hint"), ("P", "7"), ("p", "8"), ("q", "select"), ("W", "where"), ("s", "schema"),
    ("t", "table"), ("c", "column"), ("d", "type"), ("n", "constraint"), ("F", "file.c"),
    ("L", "99"), ("R", "routine"),
  ]

  static var error: PostgresServerError {
    PostgresServerError(fields: allFields.map { .init($0.0.asciiValue ?? 0, $0.1) })
  }

  static let column = PostgresColumn(
    name: "a",
    tableOID: 0,
    typeOID: 23,
    typeByteCount: 4,
    format: .text
  )

  static func vector(_ name: String, _ bytes: [UInt8], _ message: BackendMessage) -> Self {
    Self(name: name, bytes: bytes, message: message)
  }

  static let authentication: [MessageVector] = [
    vector("AuthenticationOk", Server.welcome, .authentication(.ok)),
    vector("CleartextPassword", Server.authentication(3), .authentication(.cleartextPassword)),
    vector(
      "MD5Password",
      Server.authentication(5, [1, 2, 3, 4]),
      .authentication(.md5Password(salt: [1, 2, 3, 4]))
    ),
    vector(
      "SASL",
      Server.authentication(10, Server.text("A") + Server.text("B") + [0]),
      .authentication(.sasl(mechanisms: ["A", "B"]))
    ),
    vector("SASLContinue", Server.authentication(11, [7]), .authentication(.saslContinue([7]))),
    vector("SASLFinal", Server.authentication(12, []), .authentication(.saslFinal([]))),
    vector("GSS", Server.authentication(7), .authentication(.other(code: 7))),
    vector("GSSContinue", Server.authentication(8, [1]), .authentication(.other(code: 8))),
    vector("SSPI", Server.authentication(9), .authentication(.other(code: 9))),
  ]

  static let session: [MessageVector] = [
    vector(
      "BackendKeyData",
      Server.keyData,
      .backendKeyData(BackendKeyData(processID: 4711, secretKey: [1, 2, 3, 4]))
    ),
    vector(
      "ParameterStatus",
      Server.parameter("a", "b"),
      .parameterStatus(ParameterStatus(name: "a", value: "b"))
    ),
    vector("ErrorResponse", Server.message("E", Server.fields(allFields)), .errorResponse(error)),
    vector(
      "NoticeResponse",
      Server.message("N", Server.fields(allFields)),
      .noticeResponse(error)
    ),
    vector(
      "NotificationResponse",
      Server.notification("c", "p"),
      .notificationResponse(NotificationResponse(processID: 9, channel: "c", payload: "p"))
    ),
  ]

  static let results: [MessageVector] = [
    vector("ParseComplete", Server.parseComplete, .parseComplete),
    vector("BindComplete", Server.bindComplete, .bindComplete),
    vector("CloseComplete", Server.closeComplete, .closeComplete),
    vector("NoData", Server.noData, .noData),
    vector("PortalSuspended", Server.suspended, .portalSuspended),
    vector("EmptyQueryResponse", Server.empty, .emptyQueryResponse),
    vector("CopyDone", Server.copyDone, .copyDone),
    vector("CopyData", Server.copyData("abc"), .copyData(byteCount: 3)),
    vector("DataRow", Server.row(["ab", nil, ""]), .dataRow(values: [6..<8, nil, 16..<16])),
    vector(
      "CommandComplete",
      Server.complete("INSERT 0 3"),
      .commandComplete(CommandComplete(tag: "INSERT 0 3"))
    ),
    vector(
      "CopyInResponse",
      Server.copy("G", format: 0, columns: 2),
      .copyInResponse(CopyResponse(format: .text, columnFormats: [.text, .text]))
    ),
    vector(
      "CopyOutResponse",
      Server.copy("H", format: 1, columns: 1),
      .copyOutResponse(CopyResponse(format: .binary, columnFormats: [.binary]))
    ),
    vector(
      "CopyBothResponse",
      Server.copy("W", format: 0, columns: 0),
      .copyBothResponse(CopyResponse(format: .text, columnFormats: []))
    ),
  ]

  static let all = authentication + session + results
}

@Suite("Messages of a server")
struct BackendMessageTests {
  /// Decodes the messages that the input begins with, and discards them.
  static func decode(_ input: inout PostgresInput) throws(PostgresWireError) -> [BackendMessage] {
    var messages: [BackendMessage] = []
    while true {
      let offset = input.streamOffset
      guard
        let header = try BackendMessageHeader(
          peeking: input.unread,
          limit: 1 << 20,
          streamOffset: offset
        ), input.count >= header.messageByteCount
      else { return messages }
      let message = try BackendMessage(
        header.type,
        decoding: BackendMessageReader(
          input.unread.extracting(5..<header.messageByteCount),
          streamOffset: offset + 5
        )
      )
      messages.append(message)
      input.discard(header.messageByteCount)
    }
  }

  @Test("each means the same however its bytes arrive", arguments: MessageVector.all)
  func everyCut(vector: MessageVector) throws {
    try everySplit(of: vector.bytes + Server.ready()) { first, second in
      var input = PostgresInput(capacity: 64)
      input.append(first.span)
      var messages = try Self.decode(&input)
      input.append(second.span)
      messages += try Self.decode(&input)
      #expect(messages.count == 2)
      #expect(messages.first == vector.message)
    }
    var input = PostgresInput(capacity: 64)
    var messages: [BackendMessage] = []
    for byte in vector.bytes {
      input.append([byte].span)
      messages += try Self.decode(&input)
    }
    #expect(messages == [vector.message])
  }

  @Test("each is an error when a length lies, and never more", arguments: MessageVector.all)
  func truncated(vector: MessageVector) {
    let body = vector.bytes.dropFirst(5)
    // CopyData and two steps of SASL have bodies of any length.
    let isFree =
      vector.name == "CopyData" || vector.name.hasPrefix("SASL") || vector.name.hasPrefix("GSS")
      || vector.name == "SSPI"
    for count in 0..<body.count where !(isFree && count >= 4) {
      var input = PostgresInput()
      let type = Character(Unicode.Scalar(vector.bytes[0]))
      input.append(Server.message(type, Array(body.prefix(count))).span)
      guard vector.name != "CopyData" else { continue }
      #expect(throws: PostgresWireError.self) { try Self.decode(&input) }
    }
    guard !isFree, vector.name != "BackendKeyData" else { return }
    var input = PostgresInput()
    let type = Character(Unicode.Scalar(vector.bytes[0]))
    input.append(Server.message(type, Array(body) + [0]).span)
    #expect(throws: PostgresWireError.trailingBytes(offset: vector.bytes.count)) {
      try Self.decode(&input)
    }
  }

  @Test("the rarer ones are decoded too")
  func rare() throws {
    var input = PostgresInput()
    input.append(
      Server.message("v", Server.int32(2) + Server.int32(1) + Server.text("_pq_.x")).span
    )
    input.append(Server.message("V", Server.int32(-1)).span)
    input.append(Server.message("V", Server.int32(2) + [8, 9]).span)
    input.append(Server.parameters([23, 25]).span)
    input.append(Server.columns([("a", 23)]).span)
    let messages = try Self.decode(&input)
    guard messages.count == 5, case .negotiateProtocolVersion(let version) = messages[0],
      case .functionCallResponse(let null) = messages[1],
      case .functionCallResponse(let value) = messages[2],
      case .parameterDescription(let parameters) = messages[3],
      case .rowDescription(let columns) = messages[4]
    else {
      Issue.record("\(messages)")
      return
    }
    #expect(version.newestVersion == 2 && version.unknownOptions == ["_pq_.x"])
    #expect(null.value == nil && value.value == [8, 9])
    #expect(parameters.typeOIDs == [23, 25])
    #expect(columns.columns == [MessageVector.column])
  }

  @Test("an error's fields have names")
  func fields() {
    let error = MessageVector.error
    #expect(error.severity == .error && error.localizedSeverity == "FEHLER" && !error.isFatal)
    #expect(error.sqlState == "23505" && error.message == "message" && error.detail == "detail")
    #expect(error.hint == "hint" && error.position == 7 && error.internalPosition == 8)
    #expect(error.internalQuery == "select" && error.context == "where")
    #expect(error.schemaName == "schema" && error.tableName == "table")
    #expect(error.columnName == "column" && error.dataTypeName == "type")
    #expect(error.constraintName == "constraint" && error.file == "file.c" && error.line == 99)
    #expect(error.routine == "routine")
  }

  @Test(
    "a header that no message has is refused as soon as it is there",
    arguments: [
      ([0x21], PostgresWireError.unknownMessage(offset: 0, type: 0x21)),
      ([0x5A, 0, 0, 0, 3], .badLength(offset: 0, byteCount: 3)),
      ([0x5A, 0xFF, 0xFF, 0xFF, 0xFF], .badLength(offset: 0, byteCount: -1)),
      (
        [0x44, 0x7F, 0xFF, 0xFF, 0xFF], .tooLarge(offset: 0, byteCount: 0x7FFF_FFFF, limit: 1 << 20)
      ),
      (Server.ready() + [0x21], .unknownMessage(offset: 6, type: 0x21)),
      (Server.ready("X"), .malformed(offset: 5)),
      (Server.message("T", [0xFF, 0xFF]), .malformed(offset: 5)),
      (Server.message("G", [2, 0, 0]), .malformed(offset: 5)),
      (Server.message("D", [0, 1, 0xFF, 0xFF, 0xFF, 0xFE]), .malformed(offset: 7)),
    ] as [([UInt8], PostgresWireError)]
  )
  func badHeader(bytes: [UInt8], error: PostgresWireError) {
    var input = PostgresInput()
    input.append(bytes.span)
    #expect(throws: error) { try Self.decode(&input) }
    #expect(!error.message.isEmpty && error.error.offset == error.offset)
  }

  @Test(
    "the rows of a command are counted",
    arguments: [
      ("INSERT 0 3", 3), ("SELECT 18446744073709551615", UInt64.max), ("BEGIN", nil), ("", nil),
      ("UPDATE -1", nil),
    ] as [(String, UInt64?)]
  )
  func rowCount(tag: String, count: UInt64?) {
    #expect(CommandComplete(tag: tag).rowCount == count)
  }
}
