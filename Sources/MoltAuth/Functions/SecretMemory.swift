internal import CMoltAuth
internal import CMoltDigests

/// Memory of its own pages that nobody finds afterwards: it is zero at first, stays out of core
/// dumps where it is large, and goes back to the system, which clears it before anybody else gets
/// it.
@safe struct SecretMemory: ~Copyable {
  let start: UnsafeMutableRawPointer
  let byteCount: Int

  /// Takes memory, aligned to a page.
  ///
  /// - Throws: ``PasswordError/memory(byteCount:)`` when the system has none.
  init(byteCount: Int) throws(PasswordError) {
    guard byteCount > 0, let start = unsafe molt_pages_allocate(byteCount) else {
      throw .memory(byteCount: byteCount)
    }
    unsafe self.start = start
    self.byteCount = byteCount
  }

  deinit { unsafe molt_pages_release(start, byteCount) }

  /// The memory as words.
  @unsafe func words<Word: FixedWidthInteger>(_ type: Word.Type) -> UnsafeMutablePointer<Word> {
    unsafe start.assumingMemoryBound(to: type)
  }
}

/// Overwrites the bytes of an array with zeros.
func wipe(_ bytes: inout [UInt8]) {
  unsafe bytes.withUnsafeMutableBytes { unsafe molt_wipe($0.baseAddress, $0.count) }
}
