/// One message of a server, decoded.
///
/// The machine decodes what it needs by itself; this is for whoever looks at a stream as a whole.
/// `dataRow` and `copyData` name where their bytes lie in the message's body.
public enum BackendMessage: Equatable, Sendable {
  case authentication(Authentication)
  case backendKeyData(BackendKeyData)
  case bindComplete
  case closeComplete
  case commandComplete(CommandComplete)
  case copyData(byteCount: Int)
  case copyDone
  case copyInResponse(CopyResponse)
  case copyOutResponse(CopyResponse)
  case copyBothResponse(CopyResponse)
  case dataRow(values: [Range<Int>?])
  case emptyQueryResponse
  case errorResponse(PostgresServerError)
  case functionCallResponse(FunctionCallResponse)
  case negotiateProtocolVersion(NegotiateProtocolVersion)
  case noData
  case noticeResponse(PostgresServerError)
  case notificationResponse(NotificationResponse)
  case parameterDescription(ParameterDescription)
  case parameterStatus(ParameterStatus)
  case parseComplete
  case portalSuspended
  case readyForQuery(ReadyForQuery)
  case rowDescription(RowDescription)

  /// Decodes the body of a message of a type.
  ///
  /// - Throws: ``PostgresWireError`` for anything but exactly one message.
  /// - Complexity: O(bytes of the message), in memory too
  public init(
    _ type: BackendMessageType,
    decoding body: consuming BackendMessageReader
  ) throws(PostgresWireError) {
    switch type {
    case .authentication: self = .authentication(try .init(decoding: body))
    case .backendKeyData: self = .backendKeyData(try .init(decoding: body))
    case .commandComplete: self = .commandComplete(try .init(decoding: body))
    case .copyInResponse: self = .copyInResponse(try .init(decoding: body))
    case .copyOutResponse: self = .copyOutResponse(try .init(decoding: body))
    case .copyBothResponse: self = .copyBothResponse(try .init(decoding: body))
    case .errorResponse: self = .errorResponse(try .init(decoding: body))
    case .functionCallResponse: self = .functionCallResponse(try .init(decoding: body))
    case .negotiateProtocolVersion: self = .negotiateProtocolVersion(try .init(decoding: body))
    case .noticeResponse: self = .noticeResponse(try .init(decoding: body))
    case .notificationResponse: self = .notificationResponse(try .init(decoding: body))
    case .parameterDescription: self = .parameterDescription(try .init(decoding: body))
    case .parameterStatus: self = .parameterStatus(try .init(decoding: body))
    case .readyForQuery: self = .readyForQuery(try .init(decoding: body))
    case .rowDescription: self = .rowDescription(try .init(decoding: body))
    case .dataRow: self = .dataRow(values: try Self.values(of: body))
    case .copyData: self = .copyData(byteCount: body.remaining)
    case .bindComplete, .closeComplete, .copyDone, .emptyQueryResponse, .noData, .parseComplete,
      .portalSuspended:
      try body.finish()
      self = Self.bodyless(type)
    }
  }

  private static func bodyless(_ type: BackendMessageType) -> BackendMessage {
    switch type {
    case .bindComplete: .bindComplete
    case .closeComplete: .closeComplete
    case .copyDone: .copyDone
    case .emptyQueryResponse: .emptyQueryResponse
    case .noData: .noData
    case .parseComplete: .parseComplete
    default: .portalSuspended
    }
  }

  private static func values(
    of body: consuming BackendMessageReader
  ) throws(PostgresWireError) -> [Range<Int>?] {
    let start = body.offset
    let count = try body.readCount()
    var values: [Range<Int>?] = []
    values.reserveCapacity(min(count, body.remaining / 4))
    for _ in 0..<count {
      let place = body.offset
      let byteCount = Int(try body.readInt32())
      guard byteCount >= -1 else { throw .malformed(offset: place) }
      let from = body.offset - start
      if byteCount >= 0 { _ = try body.readBytes(byteCount) }
      values.append(byteCount < 0 ? nil : from..<(from + byteCount))
    }
    try body.finish()
    return values
  }
}
