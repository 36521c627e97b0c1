internal import CMolt
internal import MoltCBOR
internal import MoltErrors
internal import MoltJSON
internal import MoltMessagePack

/// The options of `molt_write_options` for each of the formats.
struct WriteOptions {
  var json = JSONWriteOptions()
  var messagePack = MessagePackOptions()
  var cbor = CBOROptions()

  /// Reads the caller's options; NULL means none.
  init(_ options: UnsafePointer<molt_write_options>?) throws(MoltError) {
    guard let options = unsafe options?.pointee else { return }
    let flags = WriteFlags(rawValue: options.flags)
    guard flags.isSubset(of: .all), options.reserved == 0 else {
      throw MoltError(.invalidInput, "molt_write_options has a flag that this libmolt lacks")
    }
    json = try Self.json(flags, indent: options.indent)
    messagePack.approximates = flags.contains(.convert)
    if flags.contains(.canonical) { cbor = .deterministic() }
    cbor.approximates = flags.contains(.convert)
  }

  private static func json(
    _ flags: WriteFlags,
    indent: UInt32
  ) throws(MoltError) -> JSONWriteOptions {
    let isCanonical = flags.contains(.canonical)
    if isCanonical, indent != 0 || flags.contains(.python) {
      throw MoltError(.invalidInput, "the canonical form has no indentation and no other style")
    }
    var options =
      isCanonical ? .canonical : flags.contains(.python) ? .python : JSONWriteOptions()
    if flags.contains(.convert) {
      let converting = JSONWriteOptions.converting
      if options.nonFinite == .refuse { options.nonFinite = converting.nonFinite }
      options.binary = converting.binary
      options.otherKeys = converting.otherKeys
      options.foreign = converting.foreign
    }
    if flags.contains(.sortedKeys), !isCanonical { options.keyOrder = .codePoints }
    if indent != 0 { options.layout = .spaces(Int(min(indent, 64))) }
    return options
  }
}

/// The flags `MOLT_WRITE_*`.
private struct WriteFlags: OptionSet {
  let rawValue: UInt32

  static let convert = WriteFlags(rawValue: UInt32(MOLT_WRITE_CONVERT))
  static let canonical = WriteFlags(rawValue: UInt32(MOLT_WRITE_CANONICAL))
  static let sortedKeys = WriteFlags(rawValue: UInt32(MOLT_WRITE_SORTED_KEYS))
  static let python = WriteFlags(rawValue: UInt32(MOLT_WRITE_PYTHON))
  static let all: WriteFlags = [.convert, .canonical, .sortedKeys, .python]
}
