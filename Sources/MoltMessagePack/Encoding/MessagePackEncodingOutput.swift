internal import MoltBytes
internal import MoltTape

/// Writes what types encode as MessagePack.
@safe final class MessagePackEncodingOutput: EncodingOutput {
  /// Behind a pointer, because access to a class's variable is checked each time.
  ///
  /// Safety: encoders that a type has kept hold this object, so that none is left at its end.
  private let sink: UnsafeMutablePointer<MessagePackSink>
  private let format: MessagePackOptions

  init(_ format: MessagePackOptions) {
    self.format = format
    unsafe sink = .allocate(capacity: 1)
    unsafe sink.initialize(to: MessagePackSink(format))
  }

  deinit {
    unsafe sink.deinitialize(count: 1)
    unsafe sink.deallocate()
  }

  func begin() {
    // What one large document took is not kept for small ones.
    if unsafe sink.pointee.count > 1 << 20 {
      unsafe sink.pointee = MessagePackSink(format)
    } else {
      unsafe sink.pointee.removeAll()
    }
  }

  func finish() throws -> [UInt8] {
    try unsafe sink.pointee.finish()
    return unsafe sink.pointee.bytes.withUnsafeBufferPointer { unsafe [UInt8]($0) }
  }

  func writeNull() throws { unsafe sink.pointee.appendNull() }
  func write(_ value: Bool) throws { unsafe sink.pointee.append(value) }
  func write(_ value: Int64) throws { unsafe sink.pointee.append(value) }
  func write(_ value: UInt64) throws { unsafe sink.pointee.append(value) }
  func write(_ value: Double) throws { unsafe sink.pointee.append(value) }
  func write(_ value: Float) throws { unsafe sink.pointee.append(Double(value)) }

  func write(_ value: String) throws {
    value.withBytes { bytes in unsafe sink.pointee.append(text: bytes) }
  }

  func write(number: String) throws {
    try number.withBytes { bytes in try unsafe sink.pointee.append(number: bytes) }
  }

  func write(key: String) throws {
    key.withBytes { bytes in unsafe sink.pointee.append(key: bytes) }
  }

  func bytes(ofKey key: String) -> [UInt8]? {
    var sink = MessagePackSink(format, appendingTo: ByteWriter(capacity: 64))
    key.withBytes { bytes in sink.append(key: bytes) }
    return unsafe sink.bytes.withUnsafeBufferPointer { unsafe [UInt8]($0) }
  }

  func write(_ key: WrittenKey) {
    unsafe sink.pointee.late.items &+= 1
    unsafe sink.pointee.writer.append(key)
  }

  func write(binary: [UInt8]) throws { unsafe sink.pointee.append(binary: binary.span) }

  func write(array: [Double]) throws {
    unsafe sink.pointee.beginArray(count: array.count)
    for value in array { unsafe sink.pointee.append(value) }
    unsafe sink.pointee.endArray()
  }

  func write(array: [Int64]) throws {
    unsafe sink.pointee.beginArray(count: array.count)
    for value in array { unsafe sink.pointee.append(value) }
    unsafe sink.pointee.endArray()
  }

  func beginArray(_ count: Int?) throws { unsafe sink.pointee.beginArray(count: count) }
  func endArray() throws { unsafe sink.pointee.endArray() }
  func beginMap(_ count: Int?) throws { unsafe sink.pointee.beginMap(count: count) }
  func endMap() throws { unsafe sink.pointee.endMap() }
}
