internal import MoltBytes

extension PendingOperation.Stage {
  /// Whether a simple query is answered.
  var isSimple: Bool {
    switch self {
    case .simpleBegin, .simpleNext, .simpleRows, .simpleCopyOut, .simpleAfterCopy, .simpleCopyIn:
      true
    default: false
    }
  }
}

extension Session {
  /// Takes what a simple query answers.
  mutating func receiveSimple(
    _ type: BackendMessageType,
    _ body: consuming BackendMessageReader,
    for first: PendingOperation,
    at offset: Int
  ) throws(PostgresWireError) -> PostgresEvent? {
    let operation = first.operation
    switch (first.stage, type) {
    case (.simpleBegin, .commandComplete), (.simpleNext, .commandComplete),
      (.simpleRows, .commandComplete), (.simpleAfterCopy, .commandComplete):
      let command = try CommandComplete(decoding: body)
      if command.endsStatements { forgetStatements() }
      pending.advance(to: .simpleNext)
      return .completed(operation, command)
    case (.simpleBegin, .emptyQueryResponse), (.simpleNext, .emptyQueryResponse):
      try body.finish()
      pending.advance(to: .simpleNext)
      return .completed(operation, CommandComplete(tag: ""))
    case (.simpleBegin, .rowDescription), (.simpleNext, .rowDescription):
      let columns = try RowDescription(decoding: body).columns
      pending.advance(to: .simpleRows)
      return .columns(operation, columns)
    case (.simpleBegin, .copyOutResponse), (.simpleNext, .copyOutResponse):
      let response = try CopyResponse(decoding: body)
      pending.advance(to: .simpleCopyOut)
      return .copyOut(operation, response)
    case (.simpleCopyOut, .copyDone):
      try body.finish()
      pending.advance(to: .simpleAfterCopy)
      return .copyDone(operation)
    case (.simpleBegin, .copyInResponse), (.simpleNext, .copyInResponse):
      // What was sent behind the query is taken for data.
      guard pending.count == 2, batchCount == 0 else { throw .unexpected(offset: offset, type) }
      let response = try CopyResponse(decoding: body)
      pending.advance(to: .simpleCopyIn)
      copying = operation
      return .copyIn(operation, response)
    default: throw .unexpected(offset: offset, type)
    }
  }
}
