/// Finds the byte where a value starts.
///
/// Most words of a tape do not say where they came from. The input does: its values stand in the same
/// order, so that reading their first bytes leads to the one looked for:
///
///     {"a":[true,17]}        words  0 map, 1 text, 2 array, 3 boolean, 4 integer
///                            bytes  0      1       5        6          11
///
/// The input is known to be well-formed. A locator goes on from where the last search ended.
struct OffsetLocator {
  /// The index of the value whose start comes next.
  private(set) var index = 0
  private var offset: Int

  /// Creates a locator that stands before the outermost value.
  init(startingAt offset: Int) { self.offset = offset }

  /// The byte where a value starts.
  ///
  /// - Precondition: The value stands on the tape, not before ``index``.
  /// - Complexity: O(bytes since the last search)
  mutating func advance(to target: Int, in memory: TapeMemory) -> Int {
    let input = TapeInput(memory)
    offset = input.start(offset)
    while index < target {
      offset = input.start(input.end(of: index, from: offset))
      let word = memory.word(index)
      // The bytes of an extension are a word of their own, but not a value in the input.
      index += word.wordCount + (word.kind == .extension ? 1 : 0)
    }
    return offset
  }
}

/// The input of a document, read for the lengths of what stands in it.
///
/// Safety: the parser has read the same bytes to their end, so that no length leads past it.
@safe private struct TapeInput {
  private let memory: TapeMemory
  private let bytes: UnsafePointer<UInt8>

  init(_ memory: TapeMemory) {
    self.memory = memory
    unsafe bytes = memory.input
  }

  /// Where the next value starts, over what only separates or ends values.
  func start(_ offset: Int) -> Int {
    var offset = offset
    switch memory.format {
    case .json: while isSeparator(unsafe bytes[offset]) { offset += 1 }
    case .messagePack: break
    case .cbor: while unsafe bytes[offset] == 0xFF { offset += 1 }
    }
    return offset
  }

  private func isSeparator(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09, 0x0A, 0x0D, 0x2C, 0x3A, 0x5D, 0x7D: true
    default: false
    }
  }

  /// Where the value ends that starts at an offset; behind the header of an array, map or tag.
  func end(of index: Int, from offset: Int) -> Int {
    let word = memory.word(index)
    switch word.kind {
    case .text where !isChunked(offset), .binary where !isChunked(offset):
      return word.offset + word.count + (memory.format == .json ? 1 : 0)
    case .extension:
      let body = memory.word(index + 1)
      return body.offset + body.count
    default: break
    }
    switch memory.format {
    case .json: return endOfJSON(offset)
    case .messagePack: return offset + messagePackByteCount(unsafe bytes[offset])
    case .cbor: return endOfCBOR(offset)
    }
  }

  private func isChunked(_ offset: Int) -> Bool {
    let byte = unsafe bytes[offset]
    return memory.format == .cbor && (byte == 0x5F || byte == 0x7F)
  }

  private func endOfJSON(_ offset: Int) -> Int {
    switch unsafe bytes[offset] {
    case 0x5B, 0x7B: return offset + 1
    case 0x22:
      var end = offset + 1
      while unsafe bytes[end] != 0x22 { end += unsafe bytes[end] == 0x5C ? 2 : 1 }
      return end + 1
    case 0x66: return offset + 5
    case 0x6E, 0x74: return offset + 4
    default:
      // A number that ends the input has nothing behind it and is never stepped over.
      var end = offset
      while isOfNumber(unsafe bytes[end]) { end += 1 }
      return end
    }
  }

  private func isOfNumber(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x2B, 0x2D, 0x2E, 0x45, 0x65: true
    default: false
    }
  }

  private func messagePackByteCount(_ byte: UInt8) -> Int {
    switch byte {
    case 0xCC, 0xD0: 2
    case 0xCD, 0xD1, 0xDC, 0xDE: 3
    case 0xCA, 0xCE, 0xD2, 0xDD, 0xDF: 5
    case 0xCB, 0xCF, 0xD3: 9
    default: 1
    }
  }

  private func endOfCBOR(_ offset: Int) -> Int {
    let byte = unsafe bytes[offset]
    guard isChunked(offset) else { return offset + headByteCount(byte) }
    var end = offset + 1
    while unsafe bytes[end] != 0xFF {
      let headByteCount = headByteCount(unsafe bytes[end])
      var length = Int(unsafe bytes[end] & 0x1F)
      if length >= 24 {
        length = (1..<headByteCount).reduce(0) { unsafe $0 << 8 | Int(bytes[end + $1]) }
      }
      end += headByteCount + length
    }
    return end + 1
  }

  /// How long a head is: the initial byte and its argument (RFC 8949, section 3).
  private func headByteCount(_ byte: UInt8) -> Int {
    switch byte & 0x1F {
    case 24: 2
    case 25: 3
    case 26: 5
    case 27: 9
    default: 1
    }
  }
}

extension TapeDocument {
  /// The byte of the input where a value starts.
  ///
  /// - Parameter value: A value of this document.
  /// - Returns: The offset of its first byte.
  /// - Complexity: O(bytes before it)
  public func offset(of value: TapeValue) -> Int {
    var locator = OffsetLocator(startingAt: startOffset)
    return locator.advance(to: value.index, in: memory)
  }

  /// The byte of the input where the value starts that an error is about.
  ///
  /// - Parameter error: An error of a value of this document.
  /// - Returns: The offset of the value's first byte.
  /// - Complexity: O(bytes before it)
  public func offset(of error: TapeError) -> Int {
    precondition(error.index < wordCount, "the error is of another document")
    var locator = OffsetLocator(startingAt: startOffset)
    return locator.advance(to: error.index, in: memory)
  }
}
