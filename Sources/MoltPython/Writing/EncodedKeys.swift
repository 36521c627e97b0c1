internal import CMoltPython
internal import MoltBytes

/// The keys that were written last, as they are written: a direct-mapped table by their identity.
///
/// Dicts of one kind share their keys' str objects: those of rows come from the names of the
/// query's
/// columns, those of a document from the reader's own table. Such a key costs a look and a copy of
/// 48
/// bytes instead of finding its UTF-8, looking for escapes and copying both. A key is kept when it
/// comes the second time in a row for its place, so that keys which come once leave nothing behind.
///
/// A kept key cannot die, and a str never changes, so that its address stands for it. Used under
/// the
/// GIL.
@safe final class EncodedKeys {
  /// The longest key, with its quotes and what follows it.
  static let longest = 48
  private static let capacity = 1024
  private static let stride = 64

  /// Entries of 64 bytes: the object's address, the length, and from byte 16 on the key.
  private let entries: UnsafeMutableRawPointer
  /// The addresses of the keys that came last and were not kept; not to be followed.
  private let candidates: UnsafeMutablePointer<UInt>

  init() {
    unsafe entries = .allocate(byteCount: Self.capacity * Self.stride, alignment: Self.stride)
    unsafe entries.initializeMemory(
      as: UInt8.self,
      repeating: 0,
      count: Self.capacity * Self.stride
    )
    unsafe candidates = .allocate(capacity: Self.capacity)
    unsafe candidates.initialize(repeating: 0, count: Self.capacity)
  }

  deinit {
    unsafe entries.deallocate()
    unsafe candidates.deallocate()
  }

  @inline(__always)
  private func place(of key: PythonObject) -> Int {
    Int(truncatingIfNeeded: key.bits >> 4 ^ key.bits >> 14) & (Self.capacity &- 1)
  }

  /// Copies the bytes of a key that is kept.
  ///
  /// `output`: room for 48 bytes, all of which may be written.
  /// Answers: how many bytes count; 0 for a key that is not kept.
  @inline(__always) @unsafe
  func copy(_ key: PythonObject, to output: UnsafeMutablePointer<UInt8>) -> Int {
    let entry = unsafe entries + place(of: key) &* Self.stride
    guard unsafe entry.load(as: UInt.self) == key.bits else { return 0 }
    unsafe UnsafeMutableRawPointer(output).copyMemory(from: entry + 16, byteCount: Self.longest)
    return unsafe Int(entry.load(fromByteOffset: 8, as: UInt8.self))
  }

  /// Keeps the bytes of a key that is not kept, if it came before.
  func keep(_ key: PythonObject, _ bytes: Span<UInt8>) {
    guard bytes.count <= Self.longest else { return }
    let place = place(of: key)
    guard unsafe candidates[place] == key.bits else {
      unsafe candidates[place] = key.bits
      return
    }
    let entry = unsafe entries + place * Self.stride
    let before = PythonObject(bits: unsafe entry.load(as: UInt.self))
    unsafe entry.storeBytes(of: key.retained().bits, as: UInt.self)
    unsafe entry.storeBytes(of: UInt8(bytes.count), toByteOffset: 8, as: UInt8.self)
    unsafe bytes.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return }
      unsafe (entry + 16).copyMemory(from: start, byteCount: bytes.count)
    }
    if before.exists { before.release() }
  }
}
