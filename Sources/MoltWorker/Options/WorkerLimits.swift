package import MoltWorkerWire

/// How much the worker holds, does and waits for.
package struct WorkerLimits: Sendable {
  /// The largest accepted frame.
  package var frames = FrameLimits()
  /// What one connection may ask for.
  package var connection = ConnectionLimits()
  /// The most open connections; one more gets `busy` and is closed.
  ///
  /// Default: 4,096. Lowered to what the process may open, less 64 for files of its own.
  package var connections = 4096
  /// The most requests of all connections that wait for a database thread or a connection;
  /// one more is `busy`.
  ///
  /// Default: 1,024.
  package var waitingRequests = 1024
  /// The most bytes of one answer; more are `too_large`.
  ///
  /// Default: 1,073,741,824 (1 GiB).
  package var answerByteCount = 1 << 30
  /// The most rows of one answer; more are `too_large`.
  ///
  /// Default: 0, which means any number.
  package var answerRowCount: UInt64 = 0
  /// How many answer bytes may wait for one slow reader; then its cursors rest until half of them
  /// have left.
  ///
  /// Default: 4,194,304 (4 MiB).
  package var unreadByteCount = 4 << 20
  /// How many answer bytes of all connections may wait for slow readers; then every connection with
  /// unread bytes rests, until its own have left.
  ///
  /// Default: 268,435,456 (256 MiB).
  package var totalUnreadByteCount = 256 << 20
  /// How many bytes of small replies may wait for one reader before its requests are not read.
  ///
  /// Default: 1,048,576 (1 MiB).
  package var unreadReplyByteCount = 1 << 20
  /// The most memory that all connections together share with their clients for large answers; a
  /// client that gets none reads them from the socket.
  ///
  /// Default: 67,108,864 (64 MiB), which is 128 connections. 0 shares nothing.
  package var sharedByteCount = 64 << 20
  /// How long a reader may take nothing at all before its connection is closed.
  ///
  /// Default: 30 seconds.
  package var readerTimeout: Duration = .seconds(30)
  /// After about how many bytes a piece of an answer is sent.
  ///
  /// Default: 262,144 (256 KiB). Smaller pieces reach the client sooner, but each wakes two threads,
  /// which on two cores costs more than it gains: an answer of 220 KB took 30 to 60 µs longer in
  /// pieces of 64 KiB than in one.
  package var sliceByteCount = 256 << 10
  /// How long a run may take on a thread that reads sockets; longer ones go to the database threads.
  ///
  /// Default: 4 milliseconds. Other connections of that thread wait meanwhile. 0 sends every run to
  /// the database threads.
  package var quickRunTime: Duration = .milliseconds(4)

  /// Creates the default limits.
  package init() {}
}
