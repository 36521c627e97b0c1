internal import MoltBytes
internal import MoltScalars

extension JSONSink {
  /// Appends an integer where numbers are ECMAScript's: one that is a float, or that stands for one in
  /// a document which was written so, such as 36028932488658940 for 2^55 + 25165824.
  @inline(never)
  mutating func appendECMAScript<Value: FixedWidthInteger>(
    _ double: Double,
    for value: Value
  ) throws(JSONWriteError) {
    let start = writer.count
    writer.appendDouble(double, .ecmaScript)
    if Value(exactly: double) == value { return }
    guard writer.ends(with: Array(String(value).utf8).span, from: start) else {
      writer.truncate(to: start)
      throw .inexactInteger(offset: start)
    }
  }

  /// Appends a number beyond 64 bits where numbers are ECMAScript's.
  mutating func appendECMAScript(_ number: Span<UInt8>) throws(JSONWriteError) {
    let start = writer.count
    let text = unsafe number.withUnsafeBufferPointer { bytes in
      unsafe String(decoding: bytes, as: UTF8.self)
    }
    guard let double = Double(text), double.isFinite else { throw .inexactInteger(offset: start) }
    writer.appendDouble(double, .ecmaScript)
    guard writer.ends(with: number, from: start) else {
      writer.truncate(to: start)
      throw .inexactInteger(offset: start)
    }
  }
}

extension ByteWriter {
  /// Whether the bytes from an offset on are these.
  fileprivate func ends(with bytes: Span<UInt8>, from start: Int) -> Bool {
    let written = span.extracting(start...)
    return written.count == bytes.count && written.indices.allSatisfy { written[$0] == bytes[$0] }
  }
}
