internal import MoltBytes

/// What is known of a session before it is open.
///
/// It is an object so that the machine's state, which every event moves out and back, stays small.
final class Login {
  /// What a message meant.
  enum Progress {
    case nothing
    case event(PostgresEvent)
    case ready(PostgresTransactionStatus)
  }

  let options: PostgresConnectionOptions
  var encryption: PostgresEncryption?
  var authenticator: Authenticator
  /// Whether the server let the client in.
  var isWelcome = false
  var parameters: [String: String] = [:]
  var key: BackendKeyData?

  init(_ options: PostgresConnectionOptions, _ encryption: PostgresEncryption?) {
    self.options = options
    self.encryption = encryption
    authenticator = Authenticator(options, encryption: encryption)
  }

  /// Appends the startup message.
  func start(into output: inout ByteWriter) {
    output.appendPostgresStartup(options.startupParameters)
  }

  /// Takes the one byte that answers `SSLRequest`.
  ///
  /// Text that comes in place of it is not shown to anybody: the server has not proved that it is
  /// one (CVE-2024-10977).
  ///
  /// - Returns: Whether the server agrees; nil while there is no answer.
  func encryptionAnswer(_ input: inout PostgresInput) throws(PostgresClosure) -> Bool? {
    let offset = input.streamOffset
    guard input.count > 0 else { return nil }
    let answer = input.unread[0]
    switch answer {
    case UInt8(ascii: "S"):
      guard input.count == 1 else { throw .wire(.bytesBeforeEncryption(offset: offset + 1)) }
      input.discard(1)
      return true
    case UInt8(ascii: "N"):
      guard options.encryption != .require else { throw .encryptionRefused }
      input.discard(1)
      return false
    case UInt8(ascii: "E"): throw .encryptionRefused
    default: throw .wire(.unknownMessage(offset: offset, type: answer))
    }
  }

  /// Takes the next message of the login.
  ///
  /// - Returns: What it means; nil while it is not complete.
  func next(
    _ input: inout PostgresInput,
    into output: inout ByteWriter
  ) throws(PostgresClosure) -> Progress? {
    let offset = input.streamOffset
    let limit = min(options.limits.loginMessageByteCount, options.limits.messageByteCount)
    let header: BackendMessageHeader?
    do throws(PostgresWireError) {
      header = try BackendMessageHeader(peeking: input.unread, limit: limit, streamOffset: offset)
    } catch {
      throw .wire(error)
    }
    guard let header, input.count >= header.messageByteCount else { return nil }
    let start = BackendMessageHeader.byteCount
    let progress = try receive(
      header.type,
      BackendMessageReader(
        input.unread.extracting(start..<header.messageByteCount),
        streamOffset: offset + start
      ),
      at: offset,
      into: &output
    )
    input.discard(header.messageByteCount)
    return progress
  }

  private func receive(
    _ type: BackendMessageType,
    _ body: consuming BackendMessageReader,
    at offset: Int,
    into output: inout ByteWriter
  ) throws(PostgresClosure) -> Progress {
    let message: BackendMessage
    do throws(PostgresWireError) {
      message = try BackendMessage(type, decoding: body)
    } catch {
      throw .wire(error)
    }
    switch message {
    case .authentication(let request) where !isWelcome:
      do throws(PostgresAuthenticationError) {
        isWelcome = try authenticator.receive(request, into: &output)
      } catch {
        throw .authentication(error)
      }
      return .nothing
    case .errorResponse(let error): throw .server(error)
    case .noticeResponse(let notice): return .event(.notice(notice))
    case .negotiateProtocolVersion where !isWelcome: return .nothing
    case .parameterStatus(let status) where isWelcome:
      if parameters.count < options.limits.parameters { parameters[status.name] = status.value }
      return .event(.parameter(status))
    case .backendKeyData(let data) where isWelcome:
      key = data
      return .nothing
    case .readyForQuery(let ready) where isWelcome: return .ready(ready.status)
    default: throw .wire(.unexpected(offset: offset, type))
    }
  }
}
