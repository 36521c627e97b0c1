internal import Glibc
internal import MoltErrors

/// The few system calls about Unix sockets that the server and the client share.
enum UnixSocket {
  /// Creates an unconnected stream socket.
  static func make() throws(MoltError) -> CInt {
    let type = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
    let descriptor = socket(AF_UNIX, type, 0)
    guard descriptor >= 0 else { throw SocketFile.cannot("create a socket") }
    return descriptor
  }

  /// Connects to a listening socket.
  ///
  /// - Throws: `MoltError` `unavailable`, or `forbidden` when the file's rights refuse.
  static func connect(_ path: String) throws(MoltError) -> CInt {
    let descriptor = try make()
    let result = unsafe withAddress(path) { unsafe Glibc.connect(descriptor, $0, $1) }
    guard result == 0 else {
      let error = errno
      close(descriptor)
      throw refusal(error, path)
    }
    return descriptor
  }

  /// Calls `body` with the address of a path; a longer path than fits is cut, so check it before.
  static func withAddress<Result>(
    _ path: String,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { target in
      unsafe target.copyBytes(from: path.utf8.prefix(target.count - 1))
    }
    return unsafe withUnsafePointer(to: &address) { pointer in
      // Safety: a sockaddr_un is meant to be passed as a sockaddr together with its size.
      let size = socklen_t(MemoryLayout<sockaddr_un>.size)
      return unsafe body(UnsafeRawPointer(pointer).assumingMemoryBound(to: sockaddr.self), size)
    }
  }

  private static func refusal(_ error: CInt, _ path: String) -> MoltError {
    switch error {
    case ENOENT, ECONNREFUSED:
      MoltError(
        .unavailable,
        "no worker listens at \(path); start one with: molt worker --socket \(path) "
          + "--database default=sqlite:FILE"
      )
    case EACCES, EPERM:
      MoltError(
        .forbidden,
        "this user may not connect to \(path); run as the user of the worker"
      )
    default:
      MoltError(
        .unavailable,
        "cannot connect to \(path): \(unsafe String(cString: strerror(error)))"
      )
    }
  }
}
