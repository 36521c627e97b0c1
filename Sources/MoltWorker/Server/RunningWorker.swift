internal import Logging
internal import NIOCore
internal import NIOPosix
internal import Synchronization

/// A worker that listens.
package final class RunningWorker: Sendable {
  private let state: WorkerState
  private let socket: SocketFile
  private let group: MultiThreadedEventLoopGroup
  private let listener: any Channel
  private let stopping = Mutex<Task<Void, Never>?>(nil)

  init(
    _ state: WorkerState,
    _ socket: SocketFile,
    _ group: MultiThreadedEventLoopGroup,
    _ listener: any Channel
  ) {
    self.state = state
    self.socket = socket
    self.group = group
    self.listener = listener
  }

  /// Stops, once: accepts no more, finishes what was accepted, closes every connection.
  ///
  /// Requests that arrive meanwhile get `unavailable`. What is not finished after
  /// ``WorkerOptions/drainTimeout`` is abandoned. Further calls wait for the first.
  package func stop() async {
    let task = stopping.withLock { task in
      let running = task ?? Task { await drainAndClose() }
      task = running
      return running
    }
    await task.value
  }

  private func drainAndClose() async {
    state.logger.notice("stopping")
    socket.removeSocket()
    try? await listener.close()
    state.beginDraining()
    for channel in state.openChannels {
      channel.pipeline.fireUserInboundEventTriggered(ConnectionEvent.drain)
    }
    let isDrained = await drained()
    for channel in state.openChannels { try? await channel.close() }
    try? await state.pool.shutdownGracefully()
    for (_, database) in state.databases { await database.close() }
    try? await group.shutdownGracefully()
    socket.releaseLock()
    if isDrained {
      state.logger.notice("stopped")
    } else {
      state.logger.warning(
        "stopped before every request was answered: the drain timeout passed",
        metadata: ["timeout": .string("\(state.options.drainTimeout)")]
      )
    }
  }

  /// Waits until no connection owes an answer.
  ///
  /// - Returns: False when the drain timeout passed before.
  private func drained() async -> Bool {
    let end = ContinuousClock.now + state.options.drainTimeout
    while state.busyConnections.value > 0 {
      if ContinuousClock.now >= end { return false }
      try? await Task.sleep(for: .milliseconds(5))
    }
    return true
  }
}
