internal import MoltBytes

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

extension ByteWriter {
  /// Sends what was written as far as a socket takes it at once, and removes that.
  ///
  /// A socket that is full, or broken, takes nothing; whoever sends the rest finds out which.
  ///
  /// - Parameter descriptor: The socket, which does not block.
  mutating func send(over descriptor: CInt) {
    #if canImport(Darwin)
      let flags = CInt(0)
    #else
      // A server that is gone is an error and no signal.
      let flags = CInt(MSG_NOSIGNAL)
    #endif
    // Safety: the pointer is used inside the closure only, for as many bytes as there are.
    let sent = unsafe span.withUnsafeBytes { bytes in
      #if canImport(Glibc)
        unsafe Glibc.send(descriptor, bytes.baseAddress, bytes.count, flags)
      #elseif canImport(Musl)
        unsafe Musl.send(descriptor, bytes.baseAddress, bytes.count, flags)
      #else
        unsafe Darwin.send(descriptor, bytes.baseAddress, bytes.count, flags)
      #endif
    }
    if sent == count { removeAll() } else if sent > 0 { remove(sent, at: 0) }
  }
}
