package import MoltBytes
internal import MoltErrors
internal import MoltMessagePack
internal import MoltWorkerWire

/// An answer while its frames arrive.
///
/// The bytes stand in one writer: behind `offset` the payloads that are complete, joined; behind
/// `joinedEnd` the frame that is arriving.
package struct PartialAnswer: Sendable {
  /// A frame whose header has arrived.
  private struct Frame {
    var status: ReplyHeader.Status
    var rowCount: UInt64
    /// How many bytes of the shared memory are the answer.
    var sharedByteCount: UInt64?
    /// Where in the writer its payload will end.
    var end: Int
  }

  /// Where the answer starts in the writer.
  package private(set) var offset = 0
  /// How many bytes of the shared memory are the answer; nil when it stands in the writer.
  package private(set) var sharedByteCount: Int?
  private let request: WorkerExchange.Request
  private var joinedEnd = 0
  private var frame: Frame?
  private var missingByteCount = 0

  /// No header of a worker is longer.
  private static let headerLimit = 64
  private static let readByteCount = 60 << 10

  package init(_ request: WorkerExchange.Request) { self.request = request }

  /// How many bytes to ask the socket for.
  package var wantedByteCount: Int { missingByteCount > 0 ? missingByteCount : Self.readByteCount }

  /// Looks at what was received.
  ///
  /// - Returns: The number of rows when the answer is complete; nil when more must be received.
  package mutating func digest(_ output: inout ByteWriter) throws(WorkerExchange.Failure) -> UInt64?
  {
    while true {
      if frame == nil { frame = try openFrame(in: &output) }
      guard let frame else { return nil }
      missingByteCount = frame.end - output.count
      guard missingByteCount <= 0 else { return nil }
      missingByteCount = 0
      if frame.status == .error { throw .refused(try readError(output.span, frame)) }
      joinedEnd = frame.end
      self.frame = nil
      guard frame.status == .done else { continue }
      guard output.count == joinedEnd else { throw .mismatch }
      if let byteCount = frame.sharedByteCount { try takeShared(byteCount) }
      let limit = request.rowLimit
      guard limit == 0 || frame.rowCount <= limit else {
        throw .refused(Self.tooLarge(limit, "rows"))
      }
      return frame.rowCount
    }
  }

  /// Takes the header of the next frame out of the bytes of the answer.
  private mutating func openFrame(
    in output: inout ByteWriter
  ) throws(WorkerExchange.Failure) -> Frame? {
    guard let (header, prefixByteCount, payloadByteCount) = try readHeader(output.span) else {
      return nil
    }
    if joinedEnd == 0 {
      joinedEnd = prefixByteCount
      offset = prefixByteCount
    } else {
      output.remove(prefixByteCount, at: joinedEnd)
    }
    let end = joinedEnd + payloadByteCount
    let limit = request.byteLimit
    guard limit == 0 || header.status == .error || UInt64(end - offset) <= limit else {
      throw .tooLarge(Self.tooLarge(limit, "bytes"))
    }
    return Frame(
      status: header.status,
      rowCount: header.rows ?? 0,
      sharedByteCount: header.shared,
      end: end
    )
  }

  /// Believes that the answer stands in the shared memory, if it can.
  private mutating func takeShared(_ byteCount: UInt64) throws(WorkerExchange.Failure) {
    guard joinedEnd == offset, byteCount <= UInt64(request.sharedByteCount) else {
      throw .mismatch
    }
    let limit = request.byteLimit
    guard limit == 0 || byteCount <= limit else {
      throw .refused(Self.tooLarge(limit, "bytes"))
    }
    sharedByteCount = Int(byteCount)
  }

  /// Reads the length and the header behind the complete payloads; nil when more must come first.
  private func readHeader(
    _ received: Span<UInt8>
  ) throws(WorkerExchange.Failure) -> (ReplyHeader, prefixByteCount: Int, payloadByteCount: Int)? {
    let bytes = received.extracting(joinedEnd...)
    guard bytes.count >= 4 else { return nil }
    let byteCount = (0..<4).reduce(0) { $0 << 8 | Int(bytes[$1]) }
    guard byteCount > 0, byteCount <= FrameLimits().frameByteCount else { throw .mismatch }
    guard bytes.count >= 4 + min(byteCount, Self.headerLimit) else { return nil }
    var reader = MessagePackReader(bytes.extracting(4..<min(bytes.count, 4 + byteCount)))
    guard let header = try? ReplyHeader(reading: &reader), header.id == request.id else {
      throw .mismatch
    }
    return (header, 4 + reader.offset, byteCount - reader.offset)
  }

  private func readError(
    _ bytes: Span<UInt8>,
    _ frame: Frame
  ) throws(WorkerExchange.Failure) -> MoltError {
    guard bytes.count == frame.end else { throw .mismatch }
    var reader = MessagePackReader(bytes.extracting(joinedEnd...))
    guard let error = try? MoltError(reading: &reader) else { throw .mismatch }
    return error
  }

  private static func tooLarge(_ limit: UInt64, _ unit: StaticString) -> MoltError {
    MoltError(
      .tooLarge,
      "The answer has more than \(limit) \(unit); ask for less or raise the limit."
    )
  }
}
