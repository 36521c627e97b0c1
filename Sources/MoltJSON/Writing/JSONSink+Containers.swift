internal import MoltBytes

extension JSONSink {
  /// Begins an array.
  ///
  /// - Throws: ``JSONWriteError`` if it would be a key.
  public mutating func beginArray(count: Int?) throws(JSONWriteError) { try open(0x5B) }

  /// Ends the innermost array.
  public mutating func endArray() { close(0x5D) }

  /// Begins an object.
  ///
  /// - Throws: ``JSONWriteError`` if it would be a key.
  public mutating func beginMap(count: Int?) throws(JSONWriteError) {
    try open(0x7B)
    sorter?.open()
  }

  /// Ends the innermost object.
  ///
  /// - Throws: ``JSONWriteError`` if keys are sorted and one stands there twice, which is refused.
  public mutating func endMap() throws(JSONWriteError) {
    if _slowPath(sorter != nil) {
      let duplicate = sorter?.close(in: &writer)
      if options.refusesDuplicateKeys, let duplicate { throw .duplicateKey(offset: duplicate) }
    }
    close(0x7D)
  }

  /// Appends a text as the key of the value that follows.
  ///
  /// - Throws: ``JSONWriteError`` when it is not valid UTF-8 and escapes made it necessary to look.
  public mutating func append(key: Span<UInt8>) throws(JSONWriteError) {
    sorter?.enter(key, at: writer.count)
    try appendString(key)
    appendColon()
  }

  /// Makes the next value the key of the one that follows it.
  public mutating func beginKey() {
    awaitsKey = true
    keyStart = writer.count
    separatorSize = 0
  }

  /// Leaves out a tag.
  ///
  /// - Throws: ``JSONWriteError`` if tags are refused.
  public mutating func append(tag: UInt64) throws(JSONWriteError) {
    guard options.foreign == .replace else { throw .foreign(offset: writer.count) }
  }

  /// Appends an extension's bytes as base64.
  ///
  /// - Throws: ``JSONWriteError`` if extensions are refused, or bytes.
  public mutating func append(
    extensionType: Int8,
    _ bytes: Span<UInt8>
  ) throws(JSONWriteError) {
    guard options.foreign == .replace else { throw .foreign(offset: writer.count) }
    try append(binary: bytes)
  }

  /// Appends null for a simple value.
  ///
  /// - Throws: ``JSONWriteError`` if simple values are refused.
  public mutating func append(simple: UInt8) throws(JSONWriteError) {
    guard options.foreign == .replace else { throw .foreign(offset: writer.count) }
    try appendNull()
  }
}

extension JSONSink {
  /// Comes before a value that is no text: as a key it begins with a quote.
  @inline(__always)
  mutating func begin() throws(JSONWriteError) {
    if _slowPath(awaitsKey) {
      guard options.otherKeys == .text else { throw .otherKey(offset: writer.count) }
      writer.append(0x22)
    }
  }

  /// Comes after a value: appends what stands between it and another one.
  @inline(__always)
  mutating func separate() {
    let size = separatorSize
    if _slowPath(size == 0) { return separateClosely() }
    // Safety: two bytes are reserved.
    unsafe writer.append(reserving: 2) { memory in
      unsafe memory[0] = 0x2C
      unsafe memory[1] = 0x20
      return size
    }
  }

  @inline(never)
  private mutating func separateClosely() {
    if awaitsKey {
      finishKey()
    } else {
      writer.append(0x2C)
      appendNewline()
    }
  }

  /// Ends a key that is no text.
  private mutating func finishKey() {
    // A number, a word or base64 has no character that would be an escape.
    sorter?.enter(at: keyStart, of: writer)
    writer.append(0x22)
    endKey()
    appendColon()
  }

  mutating func endKey() {
    awaitsKey = false
    separatorSize = options.layout.separatorSize
  }

  @inline(__always)
  private mutating func appendColon() {
    let isCompact = options.layout == .compact
    // Safety: two bytes are reserved.
    unsafe writer.append(reserving: 2) { memory in
      unsafe memory[0] = 0x3A
      unsafe memory[1] = 0x20
      return isCompact ? 1 : 2
    }
  }

  /// Begins a line; none where the layout has no lines.
  private mutating func appendNewline() {
    switch options.layout {
    case .compact, .spaced: return
    case .spaces(let width): writer.appendLine(indentedBy: width * depth, 0x20)
    case .tabs(let width): writer.appendLine(indentedBy: width * depth, 0x09)
    }
  }

  /// How many bytes ``appendNewline()`` appends.
  private var newlineSize: Int {
    switch options.layout {
    case .compact, .spaced: 0
    case .spaces(let width), .tabs(let width): 1 + max(width, 0) * depth
    }
  }

  @inline(__always)
  private mutating func open(_ bracket: UInt8) throws(JSONWriteError) {
    if _slowPath(awaitsKey) { throw .otherKey(offset: writer.count) }
    writer.append(bracket)
    depth &+= 1
    if _slowPath(separatorSize == 0) { appendNewline() }
  }

  /// Appends a closing bracket in place of the last separator.
  @inline(__always)
  private mutating func close(_ bracket: UInt8) {
    if _slowPath(separatorSize == 0) {
      closeLine(bracket)
    } else {
      // The opening bracket is the closing one with another bit, and no separator has it.
      let isEmpty = writer.last | 0x06 == bracket | 0x06
      if !isEmpty { writer.removeLast(separatorSize) }
      writer.append(bracket)
      depth &-= 1
      separate()
    }
  }

  @inline(never)
  private mutating func closeLine(_ bracket: UInt8) {
    writer.removeLast(newlineSize)
    depth -= 1
    if writer.last == 0x2C {
      writer.removeLast(1)
      appendNewline()
    }
    writer.append(bracket)
    separate()
  }

  /// Appends a text with its quotes.
  @inline(__always)
  mutating func appendString(_ text: Span<UInt8>) throws(JSONWriteError) {
    if _fastPath(options.escapes != .ascii) {
      writer.appendValidJSONString(text, escapesSeparators: options.escapes == .drf)
      return
    }
    guard writer.appendJSONString(text, options.escapes) else {
      throw .invalidUTF8(offset: writer.count)
    }
  }
}

extension ByteWriter {
  /// Appends what the options have for NaN and the infinities.
  @inline(never)
  mutating func append(
    notFinite value: Double,
    _ rule: JSONWriteOptions.NonFinite
  ) throws(JSONWriteError) {
    switch rule {
    case .refuse: throw .notFinite(offset: count)
    case .null: append("null")
    case .literal: append(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
    }
  }

  fileprivate mutating func appendLine(indentedBy width: Int, _ byte: UInt8) {
    let width = max(width, 0)
    // Safety: one byte and `width` more are reserved.
    unsafe append(reserving: width + 1) { memory in
      unsafe memory[0] = 0x0A
      unsafe (memory + 1).update(repeating: byte, count: width)
      return width + 1
    }
  }
}
