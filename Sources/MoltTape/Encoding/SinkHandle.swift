/// Reaches a sink that lives somewhere else.
///
/// There is one, ``SinkPointer``; the protocol names it without naming the sink, which an associated
/// type cannot because sinks are not copyable.
package protocol SinkHandle {
  func appendNull() throws
  func append(_ value: Bool) throws
  func append(_ value: Int64) throws
  func append(_ value: UInt64) throws
  func append(_ value: Double) throws
  func append(text: String) throws
  func append(number: String) throws
  func append(key: String) throws
  func append(binary: [UInt8]) throws
  func append(array: [Double]) throws
  func append(array: [Int64]) throws
  func beginArray(_ count: Int?) throws
  func endArray() throws
  func beginMap(_ count: Int?) throws
  func endMap() throws
}

/// A sink behind a pointer: access to a variable of a class would be checked each time.
///
/// Safety: the owner destroys it once, when nothing uses it any more.
@safe package struct SinkPointer<Sink: DocumentSink & ~Copyable>: SinkHandle {
  package let pointer: UnsafeMutablePointer<Sink>

  /// Moves a sink to a place of its own.
  @inlinable package init(_ sink: consuming Sink) {
    unsafe pointer = .allocate(capacity: 1)
    unsafe pointer.initialize(to: sink)
  }

  /// Destroys the sink.
  @inlinable @unsafe
  package func destroy() {
    unsafe pointer.deinitialize(count: 1)
    unsafe pointer.deallocate()
  }

  @inlinable package func appendNull() throws { try unsafe pointer.pointee.appendNull() }
  @inlinable package func append(_ value: Bool) throws { try unsafe pointer.pointee.append(value) }
  @inlinable package func append(_ value: Int64) throws {
    try unsafe pointer.pointee.append(value)
  }
  @inlinable package func append(_ value: UInt64) throws {
    try unsafe pointer.pointee.append(value)
  }
  @inlinable package func append(_ value: Double) throws {
    try unsafe pointer.pointee.append(value)
  }
  @inlinable package func append(text: String) throws {
    try unsafe pointer.pointee.append(text: text.utf8.span)
  }
  @inlinable package func append(number: String) throws {
    try unsafe pointer.pointee.append(number: number.utf8.span)
  }
  @inlinable package func append(key: String) throws {
    try unsafe pointer.pointee.append(key: key.utf8.span)
  }
  @inlinable package func append(binary: [UInt8]) throws {
    try unsafe pointer.pointee.append(binary: binary.span)
  }
  @inlinable package func append(array: [Double]) throws {
    try beginArray(array.count)
    for value in array { try append(value) }
    try endArray()
  }
  @inlinable package func append(array: [Int64]) throws {
    try beginArray(array.count)
    for value in array { try append(value) }
    try endArray()
  }
  @inlinable package func beginArray(_ count: Int?) throws {
    try unsafe pointer.pointee.beginArray(count: count)
  }
  @inlinable package func endArray() throws { try unsafe pointer.pointee.endArray() }
  @inlinable package func beginMap(_ count: Int?) throws {
    try unsafe pointer.pointee.beginMap(count: count)
  }
  @inlinable package func endMap() throws { try unsafe pointer.pointee.endMap() }
}
