internal import MoltBytes

/// Reads a document from its first byte to its last and writes it piece by piece.
///
/// The grammar is that of CPython's `json.loads`: RFC 8259 with `NaN`, `Infinity` and `-Infinity`.
/// Open arrays and objects wait on a stack of its own, so that nesting costs no call stack:
///
///     [1, {"a": []}]     [          open array
///                        1 , {      open array, open object
///                        "a" :      the key is entered with the object's others
///                        [ ] } ]    each close takes its object or array from the stack
///
/// The memory is kept from one document to the next.
struct DocumentWalk: ~Copyable {
  /// How deep arrays and objects may be nested.
  static let depthLimit = 200

  /// An array or object whose end has not been read yet.
  private struct Container {
    var isObject: Bool
    /// How many elements it has so far, without the one being read.
    var count = 0
    var keys = KeyTable.Object()
  }

  private var containers: [Container] = []
  private var keys = KeyTable()

  init() { containers.reserveCapacity(Self.depthLimit) }

  /// Writes a whole document.
  ///
  /// - Parameters:
  ///   - input: Stands at the document's start.
  ///   - output: How to write the pieces.
  ///   - writer: Where to.
  /// - Throws: When Python would raise, or equal bytes are not certain.
  /// - Complexity: O(document), and O(n log n) in the keys of an object with more than 64.
  mutating func run(
    _ input: inout JSONInput,
    _ output: inout some DocumentOutput & ~Copyable,
    to writer: inout ByteWriter
  ) throws(JSONReencodeError) {
    // They are empty but after an error.
    if !containers.isEmpty { containers.removeAll(keepingCapacity: true) }
    keys.removeAll()
    repeat {
      let isOpen = try unsafe appendValue(&input, &output, to: &writer)
      if isOpen { continue }
      while try unsafe !moveToNextValue(&input, &output, to: &writer) {}
    } while !containers.isEmpty
    _ = unsafe input.skipWhitespace()
    guard unsafe input.offset == input.count else {
      throw unsafe .trailingData(offset: input.offset)
    }
  }

  /// Writes a word, number or string, or the beginning of an array or object.
  ///
  /// - Returns: Whether a value must follow: the first of an array or object.
  @inline(__always)
  private mutating func appendValue(
    _ input: inout JSONInput,
    _ output: inout some DocumentOutput & ~Copyable,
    to writer: inout ByteWriter
  ) throws(JSONReencodeError) -> Bool {
    switch unsafe input.skipWhitespace() {
    case 0x22:
      unsafe input.offset &+= 1
      _ = try unsafe output.appendString(&input, to: &writer)
    case 0x30...0x39:
      try unsafe appendNumber(&input, &output, to: &writer)
    case 0x2D:
      if unsafe input.offset + 1 < input.count, unsafe input.base[input.offset + 1] == 0x49 {
        try unsafe appendNotFinite("-Infinity", -.infinity, &input, &output, to: &writer)
      } else {
        try unsafe appendNumber(&input, &output, to: &writer)
      }
    case 0x5B:
      return try unsafe open(isObject: false, &input, &output, to: &writer)
    case 0x7B:
      return try unsafe open(isObject: true, &input, &output, to: &writer)
    case let letter:
      try unsafe appendWord(letter, &input, &output, to: &writer)
    }
    return false
  }

  @inline(__always)
  private func appendNumber(
    _ input: inout JSONInput,
    _ output: inout some DocumentOutput & ~Copyable,
    to writer: inout ByteWriter
  ) throws(JSONReencodeError) {
    let number = try unsafe NumberText(scanning: &input)
    if unsafe number.isFloat {
      try unsafe output.appendFloat(number, to: &writer)
    } else {
      try unsafe output.appendInteger(number, to: &writer)
    }
  }

  @inline(never)
  private func appendWord(
    _ letter: UInt8,
    _ input: inout JSONInput,
    _ output: inout some DocumentOutput & ~Copyable,
    to writer: inout ByteWriter
  ) throws(JSONReencodeError) {
    switch letter {
    case 0x6E:
      try unsafe input.skip("null")
      output.appendWord(.null, to: &writer)
    case 0x74:
      try unsafe input.skip("true")
      output.appendWord(.true, to: &writer)
    case 0x66:
      try unsafe input.skip("false")
      output.appendWord(.false, to: &writer)
    case 0x4E: try unsafe appendNotFinite("NaN", .nan, &input, &output, to: &writer)
    case 0x49: try unsafe appendNotFinite("Infinity", .infinity, &input, &output, to: &writer)
    default: throw unsafe input.unexpected
    }
  }

  private func appendNotFinite(
    _ word: StaticString,
    _ value: Double,
    _ input: inout JSONInput,
    _ output: inout some DocumentOutput & ~Copyable,
    to writer: inout ByteWriter
  ) throws(JSONReencodeError) {
    let start = unsafe input.offset
    try unsafe input.skip(word)
    try output.appendNotFinite(value, at: start, to: &writer)
  }

  /// Writes the beginning of an array or object, and its end too when it is empty.
  ///
  /// - Returns: Whether it is not empty; the input then stands before its first value.
  @inline(__always)
  private mutating func open(
    isObject: Bool,
    _ input: inout JSONInput,
    _ output: inout some DocumentOutput & ~Copyable,
    to writer: inout ByteWriter
  ) throws(JSONReencodeError) -> Bool {
    guard containers.count < Self.depthLimit else {
      throw unsafe .tooDeep(offset: input.offset)
    }
    unsafe input.offset &+= 1
    output.open(isObject: isObject, to: &writer)
    if unsafe input.skipWhitespace() == (isObject ? 0x7D : 0x5D) {
      unsafe input.offset &+= 1
      output.close(isObject: isObject, count: 0, to: &writer)
      return false
    }
    containers.append(Container(isObject: isObject, keys: keys.open()))
    if isObject { try unsafe appendKey(&input, &output, to: &writer) }
    return true
  }

  /// Writes a key and what follows it up to its value, and enters it with its object's others.
  @inline(__always)
  private mutating func appendKey(
    _ input: inout JSONInput,
    _ output: inout some DocumentOutput & ~Copyable,
    to writer: inout ByteWriter
  ) throws(JSONReencodeError) {
    guard unsafe input.skipWhitespace() == 0x22 else { throw unsafe input.unexpected }
    let start = unsafe input.offset
    unsafe input.offset &+= 1
    let text = try unsafe output.appendString(&input, to: &writer)
    let last = containers.count - 1
    let isNew = keys.insert(text, at: start, of: writer.span, into: &containers[last].keys)
    guard isNew else { throw .duplicateKey(offset: start) }
    guard unsafe input.skipWhitespace() == 0x3A else { throw unsafe input.unexpected }
    unsafe input.offset &+= 1
    output.separateValue(in: &writer)
  }

  /// Writes what follows a value: a comma and perhaps a key, or the end of its array or object.
  ///
  /// - Returns: Whether the input now stands before a value, or at the document's end. Otherwise
  ///   the array or object that ended is itself a value, after which something follows.
  @inline(__always)
  private mutating func moveToNextValue(
    _ input: inout JSONInput,
    _ output: inout some DocumentOutput & ~Copyable,
    to writer: inout ByteWriter
  ) throws(JSONReencodeError) -> Bool {
    let last = containers.count - 1
    guard last >= 0 else { return true }
    containers[last].count &+= 1
    let isObject = containers[last].isObject
    let byte = unsafe input.skipWhitespace()
    if byte == 0x2C {
      unsafe input.offset &+= 1
      output.separateElements(in: &writer)
      if isObject { try unsafe appendKey(&input, &output, to: &writer) }
      return true
    }
    guard byte == (isObject ? 0x7D : 0x5D) else { throw unsafe input.unexpected }
    unsafe input.offset &+= 1
    if isObject {
      if let offset = keys.close(containers[last].keys, of: writer.span) {
        throw .duplicateKey(offset: offset)
      }
    }
    output.close(isObject: isObject, count: containers[last].count, to: &writer)
    containers.removeLast()
    return false
  }
}
