/// The bytes of a key's name, as they stand in the document.
///
/// Safety: they belong to the ``KeyNames`` of the key's type, or to a closure that lends them.
@unsafe struct KeyName {
  let bytes: UnsafePointer<UInt8>
  let count: Int

  /// Whether they are the bytes of a text of the same length.
  @inline(__always)
  func equals(_ text: UnsafePointer<UInt8>) -> Bool {
    let left = unsafe UnsafeRawPointer(bytes)
    let right = unsafe UnsafeRawPointer(text)
    let count = unsafe self.count
    // Two loads that overlap cover what a loop over the bytes would.
    if count >= 8 {
      var index = 0
      let last = count &- 8
      while index < last {
        if unsafe left.word(index) != right.word(index) { return false }
        index &+= 8
      }
      return unsafe left.word(last) == right.word(last)
    }
    if count >= 4 {
      return unsafe left.half(0) == right.half(0) && left.half(count &- 4) == right.half(count &- 4)
    }
    for index in 0..<count where unsafe bytes[index] != text[index] { return false }
    return true
  }
}

extension UnsafeRawPointer {
  @inline(__always) @unsafe
  fileprivate func word(_ offset: Int) -> UInt64 {
    unsafe loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }

  @inline(__always) @unsafe
  fileprivate func half(_ offset: Int) -> UInt32 {
    unsafe loadUnaligned(fromByteOffset: offset, as: UInt32.self)
  }
}

/// The names of a key type's cases, asked for once.
///
/// The keys that Swift derives for a type are an enum of one byte, which is the index here.
///
/// Safety: belongs to the ``TypeTable`` that made it.
@unsafe struct KeyNames {
  private let names: UnsafeMutablePointer<KeyName>

  static func create() -> KeyNames { unsafe KeyNames() }

  private init() {
    unsafe names = .allocate(capacity: 256)
    // Safety: the bytes of this name are never read; it only says that the name is not known yet.
    let unknown = unsafe KeyName(bytes: UnsafePointer(bitPattern: 1)!, count: -1)
    unsafe names.initialize(repeating: unknown, count: 256)
  }

  func destroy() {
    for index in 0..<256 where unsafe names[index].count >= 0 {
      unsafe names[index].bytes.deallocate()
    }
    unsafe names.deallocate()
  }

  /// The name of a key of one byte.
  @inline(__always) @unsafe
  func name<Key: CodingKey>(_ key: Key, _ form: DecodingOptions.Keys) -> KeyName {
    // Safety: only keys of one byte have such a table.
    let byte = unsafe withUnsafeBytes(of: key) { unsafe $0[0] }
    let name = unsafe names[Int(byte)]
    if _fastPath(unsafe name.count >= 0) { return unsafe name }
    return unsafe add(form.written(key.stringValue), at: Int(byte))
  }

  @inline(never) @unsafe
  private func add(_ text: String, at index: Int) -> KeyName {
    let count = text.utf8.count
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: max(count, 1))
    for (offset, byte) in text.utf8.enumerated() { unsafe bytes[offset] = byte }
    let name = unsafe KeyName(bytes: bytes, count: count)
    unsafe names[index] = name
    return unsafe name
  }
}
