package import MoltMessagePack

/// What a request asks for, with its payload decoded.
package enum Request: Equatable, Sendable {
  case hello(HelloRequest)
  case prepare(PrepareRequest)
  case run(RunRequest)
  case release(ReleaseRequest)
  case share
  case cancel
  case health
  case metrics

  /// Reads the payload of an operation, which must end the input.
  ///
  /// - Throws: ``MessageError``.
  package init(
    _ operation: Operation,
    reading reader: inout MessagePackReader
  ) throws(MessageError) {
    switch operation {
    case .hello: self = .hello(try HelloRequest(reading: &reader))
    case .prepare: self = .prepare(try PrepareRequest(reading: &reader))
    case .run: self = .run(try RunRequest(reading: &reader))
    case .release: self = .release(try ReleaseRequest(reading: &reader))
    case .share: self = .share
    case .cancel: self = .cancel
    case .health: self = .health
    case .metrics: self = .metrics
    }
    guard reader.isAtEnd else { throw .trailingBytes(offset: reader.offset) }
  }
}
