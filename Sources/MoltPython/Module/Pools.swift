internal import MoltBytes
internal import MoltCBOR
internal import MoltJSON
internal import MoltMessagePack
internal import MoltTape

/// Memory that calls take and give back, so that the next one need not allocate.
///
/// Taken and given back under the GIL. A call that finds the pool empty, because another thread or
/// an outer call is at work, makes its own.
@safe enum Pools {
  /// Inputs and outputs beyond this leave no memory behind.
  static let largest = 16 << 20

  nonisolated(unsafe) private static var json: KeptJSONParser?
  nonisolated(unsafe) private static var messagePack: KeptMessagePackParser?
  nonisolated(unsafe) private static var cbor: KeptCBORParser?
  nonisolated(unsafe) private static var writer: ByteWriter?
  nonisolated(unsafe) private static var keyCache: KeyCache?
  /// One for each of the escapes, without and with spaces.
  nonisolated(unsafe) private static var encoded: [EncodedKeys?] = Array(repeating: nil, count: 8)

  /// The keys of all documents.
  static var keys: KeyCache {
    if let keys = unsafe keyCache { return keys }
    let keys = KeyCache()
    unsafe keyCache = keys
    return keys
  }

  /// The keys of all dicts, as they are written with some rules.
  static func encodedKeys(_ rules: WritingRules) -> EncodedKeys {
    let place = rules.escapes << 1 | (rules.contains(.spaced) ? 1 : 0)
    if let keys = unsafe encoded[place] { return keys }
    let keys = EncodedKeys()
    unsafe encoded[place] = keys
    return keys
  }

  /// A parser for the caller alone.
  static func takeJSON() -> KeptJSONParser {
    guard let reader = unsafe json else { return KeptJSONParser() }
    unsafe json = nil
    return reader
  }

  /// Gives a parser back after an input of a size.
  static func give(_ reader: KeptJSONParser, after byteCount: Int) {
    if byteCount <= largest { unsafe json = reader }
  }

  /// A parser for the caller alone.
  static func takeMessagePack() -> KeptMessagePackParser {
    guard let reader = unsafe messagePack else { return KeptMessagePackParser() }
    unsafe messagePack = nil
    return reader
  }

  /// Gives a parser back after an input of a size.
  static func give(_ reader: KeptMessagePackParser, after byteCount: Int) {
    if byteCount <= largest { unsafe messagePack = reader }
  }

  /// A parser for the caller alone.
  static func takeCBOR() -> KeptCBORParser {
    guard let reader = unsafe cbor else { return KeptCBORParser() }
    unsafe cbor = nil
    return reader
  }

  /// Gives a parser back after an input of a size.
  static func give(_ reader: KeptCBORParser, after byteCount: Int) {
    if byteCount <= largest { unsafe cbor = reader }
  }

  /// An empty writer for the caller alone.
  static func takeWriter() -> ByteWriter {
    guard let writer = unsafe writer.take() else { return ByteWriter(capacity: 1 << 12) }
    return writer
  }

  /// Gives a writer back.
  static func give(_ used: consuming ByteWriter) {
    guard used.count <= largest else { return }
    used.removeAll()
    unsafe writer = consume used
  }
}
