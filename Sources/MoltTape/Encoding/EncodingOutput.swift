/// What types encode themselves to, one value after the other.
///
/// Each format has a concrete class that hands all of it to its sink. Neither a container nor an
/// output can be generic over the sink: Swift calls both as existentials, whose generic methods are
/// not specialised.
package protocol EncodingOutput: AnyObject {
  func writeNull() throws
  func write(_ value: Bool) throws
  func write(_ value: Int64) throws
  func write(_ value: UInt64) throws
  func write(_ value: Double) throws
  func write(_ value: Float) throws
  func write(_ value: String) throws
  /// Writes a number that 64 bits cannot hold.
  func write(number: String) throws
  func write(key: String) throws
  /// The bytes of a key with all that comes before its value; nil where these depend on the place.
  func bytes(ofKey key: String) -> [UInt8]?
  /// Writes a key whose bytes are known.
  func write(_ key: WrittenKey)
  func write(binary: [UInt8]) throws
  func write(array: [Double]) throws
  func write(array: [Int64]) throws
  func beginArray(_ count: Int?) throws
  func endArray() throws
  func beginMap(_ count: Int?) throws
  func endMap() throws
  /// Begins another document.
  func begin()
  /// Ends the document.
  ///
  /// - Returns: Its bytes.
  func finish() throws -> [UInt8]
}

extension String {
  /// Lends the bytes of the UTF-8.
  @inlinable @inline(__always)
  package func withBytes(_ body: (Span<UInt8>) throws -> Void) rethrows {
    let isDone: Void? = try unsafe utf8.withContiguousStorageIfAvailable { bytes in
      // Safety: the span is used while the bytes are lent.
      try unsafe body(Span(_unsafeElements: bytes))
    }
    // A string that another language has made.
    if isDone == nil { try body(Array(utf8).span) }
  }
}
