internal import CMoltPython
internal import MoltBytes

/// The keys that were written last, as they are written: a table by their identity.
///
/// Dicts of one kind share their keys' str objects: those of rows come from the names of the
/// query's columns, those of a document from the reader's own table. Such a key costs a look and a
/// copy of 48 bytes instead of finding its UTF-8, looking for escapes and copying both.
///
/// A key has two places, which it shares with all keys of its set: where objects stand is chance,
/// and two keys of one dict that drove each other out would both be written slowly for as long as
/// the process runs. A key is kept when it comes again with no more than one other key of its set
/// in between, so that keys which come once leave nothing behind.
///
/// A kept key cannot die, and a str never changes, so that its address stands for it. Used under
/// the GIL.
@safe final class EncodedKeys {
  /// The longest key, with its quotes and what follows it.
  static let longest = 48
  private static let setCount = 512
  private static let stride = 64

  /// Two entries of 64 bytes for each set: the object's address, the length, and from byte 16 on
  /// the key.
  private let entries: UnsafeMutableRawPointer
  /// The addresses of the two keys of each set that came last and were not kept; not to be
  /// followed.
  private let candidates: UnsafeMutablePointer<UInt>

  init() {
    let byteCount = Self.setCount * 2 * Self.stride
    unsafe entries = .allocate(byteCount: byteCount, alignment: Self.stride)
    unsafe entries.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
    unsafe candidates = .allocate(capacity: Self.setCount * 2)
    unsafe candidates.initialize(repeating: 0, count: Self.setCount * 2)
  }

  deinit {
    unsafe entries.deallocate()
    unsafe candidates.deallocate()
  }

  @inline(__always)
  private func set(of key: PythonObject) -> Int {
    Int(truncatingIfNeeded: key.bits >> 4 ^ key.bits >> 13) & (Self.setCount &- 1)
  }

  /// Copies the bytes of a key that is kept.
  ///
  /// `output`: room for 48 bytes, all of which may be written.
  /// Answers: how many bytes count; 0 for a key that is not kept.
  @inline(__always) @unsafe
  func copy(_ key: PythonObject, to output: UnsafeMutablePointer<UInt8>) -> Int {
    var entry = unsafe entries + set(of: key) &* (2 &* Self.stride)
    if unsafe entry.load(as: UInt.self) != key.bits {
      unsafe entry += Self.stride
      guard unsafe entry.load(as: UInt.self) == key.bits else { return 0 }
    }
    unsafe UnsafeMutableRawPointer(output).copyMemory(from: entry + 16, byteCount: Self.longest)
    return unsafe Int(entry.load(fromByteOffset: 8, as: UInt8.self))
  }

  /// Keeps the bytes of a key that is not kept, if it came before.
  func keep(_ key: PythonObject, _ bytes: Span<UInt8>) {
    guard bytes.count <= Self.longest else { return }
    let set = set(of: key)
    let last = unsafe candidates + set * 2
    guard unsafe last[0] == key.bits || last[1] == key.bits else {
      unsafe last[1] = last[0]
      unsafe last[0] = key.bits
      return
    }
    let first = unsafe entries + set * 2 * Self.stride
    let second = unsafe first + Self.stride
    let before = PythonObject(bits: unsafe second.load(as: UInt.self))
    unsafe second.copyMemory(from: first, byteCount: Self.stride)
    unsafe first.storeBytes(of: key.retained().bits, as: UInt.self)
    unsafe first.storeBytes(of: UInt8(bytes.count), toByteOffset: 8, as: UInt8.self)
    unsafe bytes.withUnsafeBytes { bytes in
      guard let start = bytes.baseAddress else { return }
      unsafe (first + 16).copyMemory(from: start, byteCount: bytes.count)
    }
    if before.exists { before.release() }
  }
}
