internal import CMolt
internal import MoltCBOR
internal import MoltJSON
internal import MoltMessagePack
internal import MoltTape

/// The limits of `molt_document_limits` for each of the parsers.
struct DocumentLimits {
  var json = JSONLimits()
  var messagePack = MessagePackLimits()
  var cbor = CBORLimits()

  /// Reads the caller's limits; NULL and zeros mean the defaults.
  init(_ limits: UnsafePointer<molt_document_limits>?) {
    guard let limits = unsafe limits?.pointee else { return }
    if limits.depth != 0 { setDepth(Int(clamping: limits.depth)) }
    if limits.byte_count != 0 {
      setByteCount(min(Int(clamping: limits.byte_count), TapeWord.maximumOffset))
    }
    if limits.text_byte_count != 0 {
      setTextByteCount(min(Int(clamping: limits.text_byte_count), TapeWord.maximumCount))
    }
    json.uniqueKeys = limits.unique_keys != 0
    messagePack.uniqueKeys = limits.unique_keys != 0
    cbor.uniqueKeys = limits.unique_keys != 0
  }

  private mutating func setDepth(_ depth: Int) {
    json.depth = depth
    messagePack.depth = depth
    cbor.depth = depth
  }

  private mutating func setByteCount(_ count: Int) {
    json.byteCount = count
    messagePack.byteCount = count
    cbor.byteCount = count
  }

  private mutating func setTextByteCount(_ count: Int) {
    json.textByteCount = count
    messagePack.textByteCount = count
    cbor.textByteCount = count
  }
}
