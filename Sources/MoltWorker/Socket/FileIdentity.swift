internal import Glibc

/// Which file a path or descriptor leads to, without following a link.
struct FileIdentity: Equatable {
  private var device: UInt64
  private var inode: UInt64
  /// Whether it is a socket.
  private(set) var isSocket: Bool

  /// The file at a path; nil when there is none.
  init?(path: String) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  /// The file behind a descriptor; nil when it is not open.
  init?(descriptor: CInt) {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  private init(_ status: stat) {
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    isSocket = status.st_mode & S_IFMT == S_IFSOCK
  }
}
