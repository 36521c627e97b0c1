internal import MoltBytes
internal import MoltScalars
internal import MoltTape

/// Writes what types encode as JSON.
@safe final class JSONEncodingOutput: EncodingOutput {
  /// Behind a pointer, because access to a class's variable is checked each time.
  ///
  /// Safety: encoders that a type has kept hold this object, so that none is left at its end.
  private let sink: UnsafeMutablePointer<JSONSink>
  private let format: JSONWriteOptions

  init(_ format: JSONWriteOptions) {
    self.format = format
    unsafe sink = .allocate(capacity: 1)
    unsafe sink.initialize(to: JSONSink(format))
  }

  deinit {
    unsafe sink.deinitialize(count: 1)
    unsafe sink.deallocate()
  }

  func begin() {
    var writer = unsafe sink.move().takeWriter()
    // What one large document took is not kept for small ones.
    if writer.count > 1 << 20 { writer = ByteWriter() } else { writer.removeAll() }
    unsafe sink.initialize(to: JSONSink(format, appendingTo: writer))
  }

  func finish() throws -> [UInt8] {
    unsafe sink.pointee.finish()
    return unsafe [UInt8](copying: sink.pointee.bytes)
  }

  func writeNull() throws { try unsafe sink.pointee.appendNull() }
  func write(_ value: Bool) throws { try unsafe sink.pointee.append(value) }
  func write(_ value: Int64) throws { try unsafe sink.pointee.append(value) }
  func write(_ value: UInt64) throws { try unsafe sink.pointee.append(value) }
  func write(_ value: Double) throws { try unsafe sink.pointee.append(value) }

  // The digits of the Float, which are fewer than those of the Double with its value.
  func write(_ value: Float) throws { try unsafe sink.pointee.append(Double(textOf: value)) }

  func write(_ value: String) throws {
    try value.withBytes { bytes in try unsafe sink.pointee.append(text: bytes) }
  }

  func write(number: String) throws {
    try number.withBytes { bytes in try unsafe sink.pointee.append(number: bytes) }
  }

  func write(key: String) throws {
    try key.withBytes { bytes in try unsafe sink.pointee.append(key: bytes) }
  }

  func bytes(ofKey key: String) -> [UInt8]? {
    guard format.keyOrder == .given else { return nil }
    var sink = JSONSink(format, appendingTo: ByteWriter(capacity: 64))
    guard (try? key.withBytes({ bytes in try sink.append(key: bytes) })) != nil else { return nil }
    return [UInt8](copying: sink.bytes)
  }

  func write(_ key: WrittenKey) {
    unsafe sink.pointee.writer.append(key)
  }

  func write(binary: [UInt8]) throws { try unsafe sink.pointee.append(binary: binary.span) }

  func write(array: [Double]) throws {
    try unsafe sink.pointee.beginArray(count: array.count)
    for value in array { try unsafe sink.pointee.append(value) }
    unsafe sink.pointee.endArray()
  }

  func write(array: [Int64]) throws {
    try unsafe sink.pointee.beginArray(count: array.count)
    for value in array { try unsafe sink.pointee.append(value) }
    unsafe sink.pointee.endArray()
  }

  func beginArray(_ count: Int?) throws { try unsafe sink.pointee.beginArray(count: count) }
  func endArray() throws { unsafe sink.pointee.endArray() }
  func beginMap(_ count: Int?) throws { try unsafe sink.pointee.beginMap(count: count) }
  func endMap() throws { try unsafe sink.pointee.endMap() }
}

extension [UInt8] {
  /// The bytes of a span.
  fileprivate init(copying bytes: Span<UInt8>) {
    self = unsafe bytes.withUnsafeBufferPointer { unsafe Self($0) }
  }
}
