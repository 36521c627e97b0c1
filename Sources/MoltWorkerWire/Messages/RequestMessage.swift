internal import MoltMessagePack

/// A whole request: header and payload.
package struct RequestMessage: Equatable, Sendable {
  /// Who asks, and how long the answer may take.
  package var header: RequestHeader
  /// What is asked for.
  package var request: Request

  /// Creates a message.
  package init(_ header: RequestHeader, _ request: Request) {
    self.header = header
    self.request = request
  }

  /// Decodes a frame.
  ///
  /// - Throws: ``RequestFailure`` with the request's id, as far as it could be read.
  /// - Complexity: O(bytes of the frame)
  package init(decoding frame: [UInt8]) throws(RequestFailure) {
    var reader = MessagePackReader(frame.span)
    var id: UInt64 = 0
    do {
      header = try RequestHeader(reading: &reader, id: &id)
      request = try Request(header.operation, reading: &reader)
    } catch {
      throw RequestFailure(id: id, reason: error)
    }
  }
}

/// Why a frame is not a request, and which request an error reply should name.
package struct RequestFailure: Error, Equatable, Sendable {
  /// The request's id, or 0 when the frame does not tell.
  package var id: UInt64
  /// What is wrong.
  package var reason: MessageError

  /// Creates a failure.
  package init(id: UInt64, reason: MessageError) {
    self.id = id
    self.reason = reason
  }
}
