import Foundation

/// How long a test waits for other threads and processes: a minute, and a hundred looks.
///
/// Beside other tests a task may not come to look for many seconds, hence both. Where all is well,
/// next to nothing of it is used.
private struct Patience {
  private let end = ContinuousClock.now + .seconds(60)
  private var lookCount = 0

  /// Whether to look again.
  mutating func lasts() -> Bool {
    lookCount += 1
    return lookCount <= 100 || ContinuousClock.now < end
  }
}

/// Blocks the thread until something is so.
///
/// - Returns: False when a minute and a hundred looks have passed.
public func blockUntil(_ isSo: () throws -> Bool) rethrows -> Bool {
  var patience = Patience()
  while patience.lasts() {
    if try isSo() { return true }
    Thread.sleep(forTimeInterval: 0.005)
  }
  return false
}

/// Suspends the task until something is so.
///
/// - Returns: False when a minute and a hundred looks have passed.
public func waitUntil(_ isSo: () async throws -> Bool) async rethrows -> Bool {
  var patience = Patience()
  while patience.lasts() {
    if try await isSo() { return true }
    try? await Task.sleep(for: .milliseconds(5))
  }
  return false
}
