internal import CMoltIntrinsics

/// The list of where a text's values stand, made a few KB of the text at a time.
///
/// The text and the part of the list that belongs to it are then both in the first cache while they
/// are read. What the list says is written in `molt_json_scan.h`. A reader takes entries from
/// `next` up to `limit`, behind which three more can be read at any time, and then calls
/// ``refill()``:
///
///     entries    | left over | of the next 8 KB             | three more |
///                ^ next                                      ^ limit      ^ end
///
/// After the last window `limit` is `end`, and the entries behind it are 0, the document's first
/// byte: who needed them has read a document that is cut off, and finds `next` behind `end`.
@unsafe struct EntryWindow {
  /// How many blocks of 64 bytes are scanned at once.
  static let blockCount = 128
  /// How many entries are needed in memory.
  static let capacity = 64 * (blockCount + 2) + 16
  /// How many entries can be read from any `next` below `limit`.
  static let lookahead = 4

  let input: UnsafePointer<UInt8>
  let count: Int
  let entries: UnsafeMutablePointer<UInt32>
  let path: molt_json_path
  var state = molt_json_scan()
  /// How many bytes have been scanned.
  var scanned = 0
  var isComplete = false

  var next: UnsafeMutablePointer<UInt32>
  var limit: UnsafeMutablePointer<UInt32>
  var end: UnsafeMutablePointer<UInt32>

  /// A window before the first byte, with room for `capacity` entries.
  init(
    _ input: UnsafePointer<UInt8>,
    count: Int,
    entries: UnsafeMutablePointer<UInt32>,
    path: molt_json_path
  ) {
    unsafe self.input = input
    unsafe self.count = count
    unsafe self.entries = entries
    unsafe self.path = path
    unsafe next = entries
    unsafe limit = entries
    unsafe end = entries
    unsafe state.expects_value = 1
  }

  /// Scans on until there are entries to read.
  ///
  /// - Returns: Whether there are; false at the end of the text and where it is not JSON.
  @inline(never)
  mutating func refill() -> Bool {
    while unsafe next >= limit {
      guard unsafe !isComplete else { return false }
      let left = unsafe end - next
      unsafe entries.update(from: next, count: left)
      unsafe next = entries
      unsafe end = entries + left
      unsafe scan()
      guard unsafe state.errors == 0 else { return false }
    }
    return true
  }

  /// Scans the blocks of one window.
  private mutating func scan() {
    let whole = unsafe min((count - scanned) / 64, Self.blockCount)
    unsafe list(input + scanned, whole)
    unsafe scanned += whole * 64
    guard unsafe count - scanned < 64 else {
      unsafe limit = max(entries, end - (Self.lookahead - 1))
      return
    }
    unsafe scanLast()
    unsafe isComplete = true
    unsafe end.update(repeating: 0, count: Self.lookahead)
    unsafe limit = end
  }

  /// Scans the last bytes, filled up with spaces: a character that is cut off is then seen.
  private mutating func scanLast() {
    var block = [64 of UInt8](repeating: 0x20)
    var bytes = block.mutableSpan
    unsafe bytes.withUnsafeMutableBufferPointer { block in
      guard let start = block.baseAddress else { return }
      unsafe start.update(from: input + scanned, count: count - scanned)
      unsafe list(start, 1)
    }
    if unsafe state.in_text != 0 { unsafe state.errors = 1 }
  }

  private mutating func list(_ start: UnsafePointer<UInt8>, _ blockCount: Int) {
    let offset = unsafe UInt32(truncatingIfNeeded: scanned)
    unsafe end = molt_json_scan_blocks(path, &state, start, blockCount, offset, end)
  }
}
