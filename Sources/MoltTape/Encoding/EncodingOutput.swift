/// What types encode themselves to, one value after the other.
///
/// Called as an existential, because containers are: a container that were generic over the sink
/// would never be specialised, but the methods of a concrete class are.
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
  func write(binary: [UInt8]) throws
  func write(array: [Double]) throws
  func write(array: [Int64]) throws
  func beginArray(_ count: Int?) throws
  func endArray() throws
  func beginMap(_ count: Int?) throws
  func endMap() throws
}

/// An output that hands all values to the sink of a format, whatever the format.
///
/// The functions are inlinable, so that the concrete class of each format has them specialised for
/// its sink.
package protocol SinkOutput: EncodingOutput {
  associatedtype Handle: SinkHandle
  var sink: Handle { get }
}

extension SinkOutput {
  @inlinable package func writeNull() throws { try sink.appendNull() }
  @inlinable package func write(_ value: Bool) throws { try sink.append(value) }
  @inlinable package func write(_ value: Int64) throws { try sink.append(value) }
  @inlinable package func write(_ value: UInt64) throws { try sink.append(value) }
  @inlinable package func write(_ value: Double) throws { try sink.append(value) }
  @inlinable package func write(_ value: Float) throws { try sink.append(Double(value)) }
  @inlinable package func write(_ value: String) throws { try sink.append(text: value) }
  @inlinable package func write(number: String) throws { try sink.append(number: number) }
  @inlinable package func write(key: String) throws { try sink.append(key: key) }
  @inlinable package func write(binary: [UInt8]) throws { try sink.append(binary: binary) }
  @inlinable package func write(array: [Double]) throws { try sink.append(array: array) }
  @inlinable package func write(array: [Int64]) throws { try sink.append(array: array) }
  @inlinable package func beginArray(_ count: Int?) throws { try sink.beginArray(count) }
  @inlinable package func endArray() throws { try sink.endArray() }
  @inlinable package func beginMap(_ count: Int?) throws { try sink.beginMap(count) }
  @inlinable package func endMap() throws { try sink.endMap() }
}
