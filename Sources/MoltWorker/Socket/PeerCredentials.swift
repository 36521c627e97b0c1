internal import Glibc
internal import NIOCore

/// Who is at the other end of a Unix socket, as the kernel saw it when it connected.
///
/// The layout is that of Linux's `struct ucred`.
package struct PeerCredentials: Equatable, Sendable {
  /// The process.
  package var process: Int32
  /// The effective user.
  package var user: UInt32
  /// The effective group.
  package var group: UInt32

  /// Creates credentials.
  package init(process: Int32, user: UInt32, group: UInt32) {
    self.process = process
    self.user = user
    self.group = group
  }

  /// The effective user of this process.
  package static var currentUser: UInt32 { geteuid() }

  /// Whether the peer may use a worker: root may, and the users it is set up for.
  package func isAllowed(_ users: Set<UInt32>) -> Bool { user == 0 || users.contains(user) }

  /// Asks the kernel for the peer of an accepted channel.
  ///
  /// - Returns: Nil where the channel is no socket.
  static func read(of channel: any Channel) -> EventLoopFuture<PeerCredentials>? {
    guard let provider = channel as? any SocketOptionProvider else { return nil }
    // Safety: the type has the size and layout of the struct ucred that SO_PEERCRED fills in.
    return provider.unsafeGetSocketOption(
      level: .socket,
      name: .init(rawValue: SO_PEERCRED)
    )
  }
}
