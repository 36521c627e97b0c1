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

extension ByteBuffer {
  /// Appends a copy of what was written.
  mutating func write(copying writer: borrowing ByteWriter) {
    // Safety: the pointer is used inside the closure only.
    unsafe writer.span.withUnsafeBytes { _ = unsafe writeBytes($0) }
  }
}
