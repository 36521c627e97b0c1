internal import CMoltIntrinsics
internal import CMoltPython

/// The keys of maps that came last: a direct-mapped table of str objects.
///
/// Documents repeat their keys. A key found here costs neither memory nor its hash, which is in the
/// object already. A slot keeps the key that came last, so that memory is bounded whatever the
/// input.
///
/// Used under the GIL by one call at a time.
@safe final class KeyCache {
  /// A key and what tells it from others: keys of up to 16 bytes are their first and last word.
  @safe private struct Entry {
    var first: UInt64 = 0
    var last: UInt64 = 0
    var count = -1
    var object = PythonObject.missing
    var bytes: UnsafePointer<UInt8>?
  }

  private static let capacity = 2048
  /// Longer keys are rarely repeated.
  static let longest = 64

  private let entries: UnsafeMutablePointer<Entry>

  /// Creates an empty table.
  init() {
    unsafe entries = .allocate(capacity: Self.capacity)
    unsafe entries.initialize(repeating: Entry(), count: Self.capacity)
  }

  deinit { unsafe entries.deallocate() }

  /// The str of a key.
  ///
  /// `key`: valid UTF-8.
  /// Answers: owned.
  /// Complexity: O(`key.count`)
  @inline(__always)
  func object(for key: UnsafeBufferPointer<UInt8>) throws(PythonRaised) -> PythonObject {
    let count = key.count
    guard count != 0, count <= Self.longest, let start = key.baseAddress else {
      return try owned(unsafe text(key))
    }
    let (first, last) = unsafe ends(of: start, count: count)
    let product = (first ^ 0x9E37_79B9_7F4A_7C15).multipliedFullWidth(
      by: last ^ 0xD6E8_FEB8_6659_FD93 &+ UInt64(truncatingIfNeeded: count)
    )
    let hash = Int(truncatingIfNeeded: product.high ^ product.low) & (Self.capacity &- 1)
    let entry = unsafe entries + hash
    if unsafe entry.pointee.first == first && entry.pointee.last == last
      && entry.pointee.count == count
      && (count <= 16 || isSame(start, entry.pointee.bytes, count: count))
    {
      return unsafe entry.pointee.object.retained()
    }
    return unsafe try replace(entry, key, first, last)
  }

  @inline(never) @unsafe
  private func replace(
    _ entry: UnsafeMutablePointer<Entry>,
    _ key: UnsafeBufferPointer<UInt8>,
    _ first: UInt64,
    _ last: UInt64
  ) throws(PythonRaised) -> PythonObject {
    let object = try owned(unsafe text(key))
    var count = 0
    // Computed once, for every dict that the key goes into.
    guard PyObject_Hash(object) != -1,
      let bytes = unsafe PyUnicode_AsUTF8AndSize(object, &count)
    else {
      object.release()
      throw PythonRaised()
    }
    let old = unsafe entry.pointee.object
    unsafe entry.pointee = Entry(
      first: first,
      last: last,
      count: count,
      object: object,
      bytes: UnsafeRawPointer(bytes).assumingMemoryBound(to: UInt8.self)
    )
    if old.exists { old.release() }
    return object.retained()
  }
}

/// The first and the last eight bytes, which overlap or are one where there are fewer.
@inline(__always) @unsafe
private func ends(of start: UnsafePointer<UInt8>, count: Int) -> (UInt64, UInt64) {
  if count >= 8 { return unsafe (molt_load64(start), molt_load64(start + count - 8)) }
  if count >= 4 {
    return unsafe (UInt64(molt_load32(start)), UInt64(molt_load32(start + count - 4)))
  }
  let last = unsafe UInt64(start[count - 1]) | UInt64(start[count / 2]) << 8
  return unsafe (UInt64(start[0]), last)
}

/// Whether two runs of 17 to 64 bytes with equal ends are the same.
@inline(__always) @unsafe
private func isSame(
  _ left: UnsafePointer<UInt8>,
  _ right: UnsafePointer<UInt8>?,
  count: Int
) -> Bool {
  guard let right = unsafe right else { return false }
  var offset = 8
  while offset &+ 8 < count {
    if unsafe molt_load64(left + offset) != molt_load64(right + offset) { return false }
    offset &+= 8
  }
  return true
}
