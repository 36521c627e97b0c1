internal import Glibc
internal import MoltBytes
internal import MoltPostgresWire

/// A connected stream socket that waits no longer than a ``Watch`` allows.
///
/// Its reads and writes block for one slice of time at most and are then tried again. So a read
/// that finds bytes costs one system call, and still a deadline or a flag is seen soon.
struct PostgresSocket: ~Copyable {
  /// How long one system call may block.
  private static let sliceMilliseconds: Int32 = 20

  private let descriptor: Int32

  private init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Connects to the first of the addresses that answers.
  ///
  /// - Throws: ``PostgresError/cannotConnect(place:reason:)``, or why waiting had to end.
  static func connect(
    to addresses: [PostgresAddress],
    place: String,
    _ watch: Watch
  ) throws(PostgresError) -> PostgresSocket {
    var code = ENOENT
    for address in addresses {
      let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
      let descriptor = socket(address.family, kind, 0)
      guard descriptor >= 0 else {
        code = errno
        continue
      }
      let socket = PostgresSocket(descriptor)
      code = try socket.connect(to: address, watch)
      if code == 0 {
        socket.configure(isUnix: address.isUnix)
        return socket
      }
    }
    throw .cannotConnect(place: place, reason: unsafe String(cString: strerror(code)))
  }

  /// Connects without blocking for longer than a slice.
  ///
  /// - Returns: 0, or why the address does not answer.
  private borrowing func connect(
    to address: PostgresAddress,
    _ watch: Watch
  ) throws(PostgresError) -> Int32 {
    while true {
      switch start(address) {
      case 0: return 0
      case EINPROGRESS: return try finishConnecting(watch)
      case EINTR: continue
      // A Unix socket whose server is slow to accept.
      case EAGAIN: usleep(1_000)
      case let code: return code
      }
      if let reason = watch.reason { throw reason }
    }
  }

  private borrowing func start(_ address: PostgresAddress) -> Int32 {
    let result = unsafe address.bytes.withUnsafeBytes { bytes in
      // Safety: the bytes are a `sockaddr` of their length, and connect() reads them bytewise.
      unsafe Glibc.connect(
        descriptor,
        bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self),
        socklen_t(bytes.count)
      )
    }
    return result == 0 ? 0 : errno
  }

  private borrowing func finishConnecting(_ watch: Watch) throws(PostgresError) -> Int32 {
    while !isReady(POLLOUT, watch) {
      if let reason = watch.reason { throw reason }
    }
    var code: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    unsafe getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &code, &size)
    return code
  }

  private borrowing func configure(isUnix: Bool) {
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) & ~O_NONBLOCK)
    var slice = timeval(tv_sec: 0, tv_usec: Int(Self.sliceMilliseconds) * 1_000)
    let size = socklen_t(MemoryLayout<timeval>.size)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &slice, size)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &slice, size)
    guard !isUnix else { return }
    var isOn: Int32 = 1
    let flagSize = socklen_t(MemoryLayout<Int32>.size)
    unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &isOn, flagSize)
    unsafe setsockopt(descriptor, SOL_SOCKET, SO_KEEPALIVE, &isOn, flagSize)
  }

  /// Waits until something can be done, for a slice or until the watch ends.
  private borrowing func isReady(_ what: Int32, _ watch: Watch) -> Bool {
    var waiting = pollfd(fd: descriptor, events: Int16(what), revents: 0)
    return unsafe poll(&waiting, 1, watch.milliseconds(atMost: Self.sliceMilliseconds)) > 0
  }

  /// Waits for bytes and reads them into the spare room of an input.
  ///
  /// - Returns: False when the connection has ended.
  /// - Throws: Why waiting had to end.
  borrowing func receive(
    into input: inout PostgresInput,
    _ watch: Watch
  ) throws(PostgresError) -> Bool {
    while true {
      if let reason = watch.reason { throw reason }
      // The last slice before a deadline is cut short.
      if watch.milliseconds(atMost: Self.sliceMilliseconds) < Self.sliceMilliseconds,
        !isReady(POLLIN, watch)
      {
        continue
      }
      var count = 0
      var code: Int32 = 0
      _ = unsafe input.receive { room in
        count = unsafe recv(descriptor, room.baseAddress, room.count, 0)
        code = errno
        return max(count, 0)
      }
      if count > 0 { return true }
      guard count < 0, code == EAGAIN || code == EINTR else { return false }
    }
  }

  /// Sends bytes.
  ///
  /// - Returns: False when the connection has ended; what the server said last may still be there.
  /// - Throws: Why waiting had to end.
  borrowing func send(
    _ output: borrowing ByteWriter,
    _ watch: Watch
  ) throws(PostgresError) -> Bool {
    let bytes = output.span
    var sent = 0
    while sent < bytes.count {
      let rest = bytes.extracting(droppingFirst: sent)
      let count = unsafe rest.withUnsafeBytes {
        unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count > 0 {
        sent += count
      } else {
        guard errno == EAGAIN || errno == EINTR else { return false }
        if let reason = watch.reason { throw reason }
      }
    }
    return true
  }

  /// Sends bytes if that does not have to wait.
  borrowing func sendAtOnce(_ output: borrowing ByteWriter) {
    _ = unsafe output.span.withUnsafeBytes {
      let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
      return unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, flags)
    }
  }
}
