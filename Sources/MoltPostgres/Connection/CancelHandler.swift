internal import MoltBytes
internal import MoltPostgresWire
internal import NIOCore
internal import NIOPosix
internal import NIOSSL
internal import NIOTLS

/// Sends one cancel request over a connection of its own, encrypted like the one that it is for.
// Safety: used on the event loop of its channel only.
final class CancelHandler: ChannelInboundHandler, @unchecked Sendable {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let key: BackendKeyData
  private let tls: ConnectionTLS?
  private var isAsking = false

  init(_ key: BackendKeyData, _ tls: ConnectionTLS?) {
    self.key = key
    self.tls = tls
  }

  /// Sends the request; the future is done when the server has closed the connection.
  static func send(
    _ key: BackendKeyData,
    _ settings: ConnectionSettings,
    on eventLoop: any EventLoop
  ) -> EventLoopFuture<Void> {
    settings.bootstrap(on: eventLoop)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          if let tls = settings.tls, tls.isDirect {
            try channel.pipeline.syncOperations.addHandler(try tls.makeHandler())
          }
          try channel.pipeline.syncOperations.addHandler(CancelHandler(key, settings.tls))
        }
      }
      .connect(to: settings.address)
      .flatMap { channel in
        let limit = channel.eventLoop.scheduleTask(in: TimeAmount(settings.cancelGrace)) {
          channel.close(promise: nil)
        }
        channel.closeFuture.whenComplete { _ in limit.cancel() }
        return channel.closeFuture
      }
  }

  func channelActive(context: ChannelHandlerContext) {
    guard let tls else { return sendRequest(context) }
    guard !tls.isDirect else { return }
    isAsking = true
    var writer = ByteWriter(capacity: 8)
    writer.appendPostgresSSLRequest()
    send(writer, context)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard isAsking, let tls else { return }
    isAsking = false
    var buffer = unwrapInboundIn(data)
    guard buffer.readInteger(as: UInt8.self) == UInt8(ascii: "S"), buffer.readableBytes == 0 else {
      // Without encryption only where the connection itself would have gone on without.
      return tls.isRequired ? context.close(promise: nil) : sendRequest(context)
    }
    do {
      let handler = try tls.makeHandler()
      try context.pipeline.syncOperations.addHandler(handler, position: .before(self))
    } catch {
      context.close(promise: nil)
    }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted? = event as? TLSUserEvent { sendRequest(context) }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  private func sendRequest(_ context: ChannelHandlerContext) {
    var writer = ByteWriter(capacity: 16)
    writer.appendPostgresCancelRequest(key)
    send(writer, context)
  }

  private func send(_ writer: borrowing ByteWriter, _ context: ChannelHandlerContext) {
    var buffer = context.channel.allocator.buffer(capacity: writer.count)
    buffer.write(copying: writer)
    context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
  }
}
