internal import MoltWorkerWire
internal import NIOCore

// One timer per connection, set for the earliest deadline. Most requests are answered long before
// theirs, so the timer is set late rather than moved with each of them.
extension ConnectionHandler {
  /// Makes sure that the timer fires no later than `time`.
  func watch(_ time: UInt64) {
    guard time < deadline else { return }
    deadlineTask?.cancel()
    deadline = time
    deadlineTask = loop.assumeIsolated().scheduleTask(
      deadline: .uptimeNanoseconds(time)
    ) { [self] in
      deadline = .max
      deadlineTask = nil
      expire()
    }
  }

  private func expire() {
    let (actions, next) = machine.expire(now: NIODeadline.now().uptimeNanoseconds)
    for action in actions { perform(action) }
    flush()
    if let next { watch(next) }
  }
}
