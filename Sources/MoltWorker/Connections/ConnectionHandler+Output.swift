internal import Logging
internal import MoltBytes
internal import MoltErrors
internal import MoltWorkerWire
internal import NIOCore
internal import NIOPosix

// Writing, and what happens when the reader is slow.
extension ConnectionHandler {
  /// Writes an error reply.
  func reply(_ header: ReplyHeader, _ error: MoltError) {
    var payload = ByteWriter(capacity: 256)
    error.append(to: &payload)
    write(header, payload.span)
  }

  /// Writes a reply of one frame; ``flush()`` sends it.
  func write(_ header: ReplyHeader, _ payload: Span<UInt8>) {
    var frame = AnswerFrame(capacity: payload.count)
    frame.writer.append(payload)
    let buffer = ByteBuffer(frame, header, limit: limits.frames.frameByteCount)
    write(buffer, isPiece: false)
  }

  /// Writes and sends.
  func writeAndFlush(_ buffer: ByteBuffer, isPiece: Bool) {
    write(buffer, isPiece: isPiece)
    flush()
  }

  /// Sends what was written, and watches the reader when not all of it went.
  func flush() {
    if output.needsFlush {
      output.needsFlush = false
      channel.flush()
    }
    updateBusy()
    if output.pendingWrites > 0 { watchReader() }
  }

  /// Gives the budget of a piece back that is not sent or has left.
  func release(_ byteCount: Int) {
    for job in budget.remove(byteCount) { job.resume() }
    guard worker.unread.remove(byteCount) else { return }
    // A second later, so that floods that follow each other are followed by one release.
    loop.scheduleTask(in: .seconds(1)) { [worker] in
      worker.pool.submit { pool in if pool == .active { worker.unread.releaseMemory() } }
    }
  }

  /// Answers an error that names no request, and closes when it has left.
  func close(_ error: MoltError) {
    guard isOpen else { return }
    reply(ReplyHeader(id: 0, .error), error)
    isOpen = false
    channel.flush()
    output.needsFlush = false
    if output.pendingWrites == 0 { return channel.close(promise: nil) }
    // A peer that reads nothing does not keep the connection.
    loop.scheduleTask(in: .seconds(1)) { [channel] in channel.close(promise: nil) }
  }

  /// Stops all watching of a channel that is gone.
  func closeOutput() {
    output.stallTask?.cancel()
    output.stallTask = nil
    if output.isBusy {
      output.isBusy = false
      worker.busyConnections.add(-1)
    }
  }

  /// Tells the server whether this connection owes something.
  func updateBusy() {
    let isBusy = !live.isEmpty || output.pendingWrites > 0
    guard isBusy != output.isBusy, channel.isActive else { return }
    output.isBusy = isBusy
    worker.busyConnections.add(isBusy ? 1 : -1)
  }

  func write(_ buffer: ByteBuffer, isPiece: Bool) {
    let byteCount = buffer.readableBytes
    output.pendingWrites += 1
    output.needsFlush = true
    if !isPiece {
      output.pendingReplyBytes += byteCount
      pauseIfNeeded()
    }
    let written = loop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenComplete { [self] _ in
      complete(byteCount, isPiece: isPiece)
    }
    channel.write(buffer, promise: written)
  }

  private func complete(_ byteCount: Int, isPiece: Bool) {
    output.pendingWrites -= 1
    output.completedWrites += 1
    if isPiece {
      release(byteCount)
    } else {
      output.pendingReplyBytes -= byteCount
      pauseIfNeeded()
    }
    updateBusy()
    if !isOpen && output.pendingWrites == 0 { channel.close(promise: nil) }
  }

  /// Stops reading requests while too many replies wait, and starts again when half have left.
  private func pauseIfNeeded() {
    let limit = limits.unreadReplyByteCount
    let mustPause = output.pendingReplyBytes > (output.isPaused ? limit / 2 : limit)
    guard mustPause != output.isPaused else { return }
    output.isPaused = mustPause
    try? channel.syncOptions?.setOption(.autoRead, value: !mustPause)
    guard !mustPause else { return }
    // Frames that had arrived before the pause.
    loop.assumeIsolated().execute { [self] in
      receiveFrames(NIODeadline.now().uptimeNanoseconds)
      flush()
    }
  }

  /// Looks four times within the timeout whether the reader took anything.
  private func watchReader() {
    guard output.stallTask == nil else { return }
    check(since: .now(), completed: output.completedWrites, buffered: .max)
  }

  private func check(since: NIODeadline, completed: Int, buffered: Int) {
    let interval = TimeAmount.nanoseconds(Int64(limits.readerTimeout.nanoseconds / 4))
    output.stallTask = loop.assumeIsolated().scheduleTask(in: interval) { [self] in
      output.stallTask = nil
      guard output.pendingWrites > 0 else { return }
      let waiting = (try? channel.syncOptions?.getOption(.bufferedWritableBytes)) ?? 0
      let hasMoved = output.completedWrites != completed || waiting < buffered
      let since = hasMoved ? NIODeadline.now() : since
      guard (NIODeadline.now() - since).nanoseconds < 3 * interval.nanoseconds else {
        return closeSlowReader()
      }
      check(since: since, completed: output.completedWrites, buffered: waiting)
    }
  }

  private func closeSlowReader() {
    worker.metrics.recordSlowReader()
    worker.logger.warning(
      "closed a connection whose reader took nothing",
      metadata: ["connection": .stringConvertible(number)]
    )
    channel.close(promise: nil)
  }
}
