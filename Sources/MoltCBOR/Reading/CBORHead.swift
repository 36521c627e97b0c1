/// The head of a value, decoded: its major type and argument, and how many bytes it takes.
///
///     19 01 00     major 0, argument 256, byteCount 3
///     5f           major 2, indefinite, byteCount 1
///     ff           major 7, indefinite: the break
///
/// Source: RFC 8949, section 3.
struct CBORHead {
  let major: UInt8
  /// The low five bits of the first byte.
  let information: UInt8
  /// The argument; 0 when there is none.
  let argument: UInt64
  let byteCount: Int

  /// Whether the head has no argument: an indefinite length, or the break.
  var isIndefinite: Bool { information == 31 }
  /// Whether it is the break.
  var isBreak: Bool { major == 7 && isIndefinite }

  /// Decodes the head that starts at `offset`.
  ///
  /// - Throws: `endOfInput`, and `reserved` for what section 3 and appendix F exclude.
  init(_ bytes: Span<UInt8>, at offset: Int) throws(CBORError) {
    guard offset < bytes.count else { throw .endOfInput(offset: offset, needed: 1) }
    let first = bytes[offset]
    major = first >> 5
    information = first & 0x1F
    switch information {
    case ..<24:
      argument = UInt64(information)
      byteCount = 1
    case 24...27:
      let size = 1 << Int(information - 24)
      guard bytes.count - offset > size else {
        throw .endOfInput(offset: offset, needed: 1 + size)
      }
      var value: UInt64 = 0
      for index in 1...size { value = value << 8 | UInt64(bytes[offset + index]) }
      argument = value
      byteCount = 1 + size
      if major == 7, information == 24, value < 32 { throw .reserved(offset: offset) }
    case 31 where major != 0 && major != 1 && major != 6:
      argument = 0
      byteCount = 1
    default: throw .reserved(offset: offset)
    }
  }

  /// The family of the value; nil for a break.
  var kind: CBORKind? {
    switch major {
    case 0: .unsigned
    case 1: .negative
    case 2: .binary
    case 3: .text
    case 4: .array
    case 5: .map
    case 6: .tag
    default:
      switch information {
      case 20, 21: .boolean
      case 22: .null
      case 25...27: .float
      case 31: nil
      default: .simple
      }
    }
  }

  /// The value of a float.
  var float: Double {
    switch information {
    case 25: Double(half: UInt16(truncatingIfNeeded: argument))
    case 26: Double(single: UInt32(truncatingIfNeeded: argument))
    default: Double(bitPattern: argument)
    }
  }

  /// How many bytes of a string, or how many values, follow the head.
  ///
  /// - Throws: `endOfInput` when the rest of the input cannot hold them.
  func checkedLength(at offset: Int, in bytes: Span<UInt8>) throws(CBORError) -> Int {
    let rest = UInt64(bytes.count - offset - byteCount)
    guard argument <= (major == 5 ? rest / 2 : rest) else {
      let (values, isOver) = argument.multipliedReportingOverflow(by: major == 5 ? 2 : 1)
      let (needed, isFar) = values.addingReportingOverflow(UInt64(byteCount))
      throw .endOfInput(offset: offset, needed: isOver || isFar ? .max : Int(clamping: needed))
    }
    return major == 5 ? 2 * Int(argument) : Int(argument)
  }
}
