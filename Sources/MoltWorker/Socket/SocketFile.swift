internal import Glibc
internal import MoltErrors
internal import Synchronization

/// The worker's socket in the file system, and the lock beside it that says who owns it.
///
/// The file is created with mode 0600, so that no other user ever gets as far as a greeting. A
/// worker holds an exclusive lock on `PATH.lock` as long as it lives; the kernel drops it when the
/// worker dies in any way. Whoever gets the lock may replace a socket file left by a dead worker.
final class SocketFile: Sendable {
  /// A listening socket for the event loop, which owns it from here on.
  let descriptor: CInt
  private let path: String
  private let lockPath: String
  private let identity: FileIdentity?
  private let lock: Mutex<CInt>

  /// Creates the socket file.
  ///
  /// - Throws: `MoltError` `unavailable` when another worker uses the path, `invalid_input` when the
  ///   path cannot hold a socket.
  init(path: String) throws(MoltError) {
    guard path.utf8.count <= Self.longestPath, !path.isEmpty else {
      throw MoltError(
        .invalidInput,
        "the socket path has \(path.utf8.count) bytes and may have 1 to \(Self.longestPath); "
          + "choose a shorter one"
      )
    }
    let lockPath = path + ".lock"
    let lock = try Self.takeLock(lockPath, path)
    do throws(MoltError) {
      try Self.removeStale(path)
      descriptor = try Self.bind(path)
    } catch {
      unsafe unlink(lockPath)
      Glibc.close(lock)
      throw error
    }
    identity = FileIdentity(path: path)
    self.path = path
    self.lockPath = lockPath
    self.lock = Mutex(lock)
  }

  /// Removes the socket file, unless somebody put another in its place.
  func removeSocket() {
    if FileIdentity(path: path) == identity { unsafe unlink(path) }
  }

  /// Gives the path to the next worker, once nothing is served any more.
  func releaseLock() {
    lock.withLock { lock in
      guard lock >= 0 else { return }
      unsafe unlink(lockPath)
      Glibc.close(lock)
      lock = -1
    }
  }

  /// How many connections may wait to be accepted; the kernel has a limit of its own.
  static let backlog: CInt = 4096

  /// The bytes of `sockaddr_un.sun_path` without the NUL.
  private static var longestPath: Int { MemoryLayout.size(ofValue: sockaddr_un().sun_path) - 1 }

  /// Opens and locks the lock file.
  private static func takeLock(_ lockPath: String, _ path: String) throws(MoltError) -> CInt {
    while true {
      let lock = unsafe open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard lock >= 0 else { throw cannot("create the lock file \(lockPath)") }
      guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
        Glibc.close(lock)
        throw MoltError(
          .unavailable,
          "another worker listens at \(path); stop it first, or choose another --socket"
        )
      }
      // The former owner may have removed the file between our open and our lock.
      if FileIdentity(descriptor: lock) == FileIdentity(path: lockPath) { return lock }
      Glibc.close(lock)
    }
  }

  /// Removes the socket of a dead worker; anything else at the path stays.
  private static func removeStale(_ path: String) throws(MoltError) {
    guard let existing = FileIdentity(path: path) else { return }
    guard existing.isSocket else {
      throw MoltError(
        .invalidInput,
        "\(path) exists and is no socket; remove it, or choose another --socket"
      )
    }
    // A server of another kind holds no lock of ours, but answers.
    if let descriptor = try? UnixSocket.connect(path) {
      Glibc.close(descriptor)
      throw MoltError(
        .unavailable,
        "another server listens at \(path); stop it first, or choose another --socket"
      )
    }
    guard unsafe unlink(path) == 0 else { throw cannot("remove the stale socket \(path)") }
  }

  private static func bind(_ path: String) throws(MoltError) -> CInt {
    let descriptor = try UnixSocket.make()
    // Linux makes the file with the rights of the socket: a mask would be the whole
    // process's, for every file and process that another thread makes meanwhile.
    let isPrivate = fchmod(descriptor, 0o600) == 0
    let result = unsafe UnixSocket.withAddress(path) { unsafe Glibc.bind(descriptor, $0, $1) }
    // Listening at once: whoever sees the file may connect to it.
    guard isPrivate, result == 0, listen(descriptor, backlog) == 0 else {
      let error = cannot("create the socket \(path)")
      Glibc.close(descriptor)
      throw error
    }
    return descriptor
  }

  /// An error about a path, with the system's reason.
  static func cannot(_ what: String) -> MoltError {
    let reason = unsafe String(cString: strerror(errno))
    return MoltError(.unavailable, "cannot \(what): \(reason)")
  }
}
