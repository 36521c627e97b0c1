internal import MoltScalars
internal import MoltTape

/// Writes what types encode as JSON.
final class JSONEncodingOutput: SinkOutput {
  let sink: SinkPointer<JSONSink>

  init(_ format: JSONWriteOptions) { sink = SinkPointer(JSONSink(format)) }

  // Safety: encoders that a type has kept hold this object, so that none of them is left.
  deinit { unsafe sink.destroy() }

  // The digits of the Float, which are fewer than those of the Double with its value.
  func write(_ value: Float) throws { try sink.append(Double(textOf: value)) }

  /// Ends the document.
  ///
  /// - Returns: Its bytes.
  func finish() -> [UInt8] {
    unsafe sink.pointer.pointee.finish()
    let bytes = unsafe sink.pointer.pointee.bytes
    return unsafe [UInt8](unsafeUninitializedCapacity: bytes.count) { memory, count in
      count = bytes.count
      unsafe bytes.withUnsafeBufferPointer { source in
        _ = unsafe memory.initialize(fromContentsOf: source)
      }
    }
  }
}
