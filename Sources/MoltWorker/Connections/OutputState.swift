internal import NIOCore

/// What a connection has written and its peer has not read.
struct OutputState {
  /// Writes that are not complete.
  var pendingWrites = 0
  /// Bytes of small replies in them.
  var pendingReplyBytes = 0
  /// Writes that were completed so far.
  var completedWrites = 0
  /// Whether requests are not read until replies have left.
  var isPaused = false
  /// Whether the connection counts as busy.
  var isBusy = false
  /// Whether something was written since the last flush.
  var needsFlush = false
  /// Watches a reader that takes nothing.
  var stallTask: Scheduled<Void>?
}
