public import MoltBytes
public import MoltTape

extension ByteWriter {
  /// Appends a moment.
  ///
  /// Tag 1 with an integer, or with a float where that is exact (RFC 8949, section 3.4.2); otherwise
  /// tag 1001 with seconds and nanoseconds (RFC 9581, section 3).
  public mutating func appendCBOR(_ timestamp: Timestamp) {
    if timestamp.nanoseconds == 0 {
      appendCBOR(tag: 1)
      appendCBOR(timestamp.seconds)
    } else if let seconds = timestamp.exactSecondsSince1970 {
      appendCBOR(tag: 1)
      appendCBOR(seconds)
    } else {
      appendCBOR(tag: 1001)
      appendCBORMapHeader(2)
      appendCBOR(Int64(1))
      appendCBOR(timestamp.seconds)
      appendCBOR(Int64(-9))
      appendCBOR(UInt64(timestamp.nanoseconds))
    }
  }
}
