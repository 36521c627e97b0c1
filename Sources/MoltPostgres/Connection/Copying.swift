internal import MoltBytes
internal import MoltPostgresWire
internal import NIOCore

// The few places where bytes go from one owner's memory to another's.

extension [UInt8] {
  /// Appends a copy of some of an input's unread bytes.
  mutating func append(_ input: borrowing PostgresInput, _ range: Range<Int>) {
    // Safety: the pointer is used inside the closure only.
    unsafe input.unread.extracting(range).withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }
}

extension ByteBufferAllocator {
  /// A buffer with a copy of what was written.
  func buffer(copying writer: borrowing ByteWriter) -> ByteBuffer {
    var buffer = buffer(capacity: writer.count)
    // Safety: the pointer is used inside the closure only.
    unsafe writer.span.withUnsafeBytes { _ = unsafe buffer.writeBytes($0) }
    return buffer
  }
}
