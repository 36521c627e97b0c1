internal import NIOCore

/// How a worker is set up.
package struct WorkerOptions: Sendable {
  /// Where the socket file goes.
  package var socketPath: String
  /// How many threads run SQL.
  ///
  /// Default: two per core, so that one may wait for the disk.
  package var threads: Int
  /// How many threads read and write sockets.
  ///
  /// Default: one per two cores, 1 to 4.
  package var loops: Int
  /// How long accepted requests may go on after a stop was asked for.
  ///
  /// Default: 30 seconds.
  package var drainTimeout: Duration = .seconds(30)
  /// The users, besides root, whose processes may connect.
  ///
  /// Default: the user of the worker.
  package var allowedUsers: Set<UInt32>
  /// What the worker holds, does and waits for.
  package var limits = WorkerLimits()

  /// Creates options with the defaults for this machine and user.
  ///
  /// - Parameter socketPath: Where the socket file goes.
  package init(socketPath: String) {
    self.socketPath = socketPath
    let cores = System.coreCount
    threads = 2 * cores
    loops = min(4, max(1, cores / 2))
    allowedUsers = [PeerCredentials.currentUser]
  }
}
