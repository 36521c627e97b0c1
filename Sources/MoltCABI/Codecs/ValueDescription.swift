internal import CMolt
internal import MoltErrors
internal import MoltTape

/// What `molt_value` says of a value.
struct ValueDescription {
  private var kind: Int32
  private let number: UInt32
  private var first: UInt32
  private let next: UInt32
  private var count = 0
  private var integer: Int64 = 0
  private var natural: UInt64 = 0
  private var real = 0.0
  /// The word with the bytes, and the memory in which they stand.
  private var source: (word: TapeWord, memory: TapeMemory)?

  init(_ value: TapeValue) throws(MoltError) {
    number = UInt32(truncatingIfNeeded: value.index)
    next = UInt32(truncatingIfNeeded: value.memory.end(of: value.index))
    first = next
    kind = Self.kind(of: value.kind)
    do throws(TapeError) { try describe(value) } catch {
      // Each accessor is that of the value's own kind.
      throw MoltError(.internal, error.description)
    }
  }

  private mutating func describe(_ value: TapeValue) throws(TapeError) {
    switch value.kind {
    case .null: break
    case .boolean: integer = try value.boolean() ? 1 : 0
    case .integer: try describeInteger(value)
    case .float: real = try value.double()
    case .number, .text, .binary: source = (value.word, value.memory)
    case .array:
      count = try value.array().count
      first = number + 1
    case .map:
      count = try value.map().count
      first = number + 1
    case .tag:
      natural = value.tag ?? 0
      first = UInt32(truncatingIfNeeded: value.untagged.index)
    case .extension:
      integer = Int64(value.extensionType ?? 0)
      source = (value.memory.word(value.index + 1), value.memory)
    case .simple: natural = UInt64(value.simple ?? 0)
    }
  }

  private mutating func describeInteger(_ value: TapeValue) throws(TapeError) {
    guard value.word.kind == .uint64 else { return integer = try value.int64() }
    natural = try value.uint64()
    if let small = Int64(exactly: natural) {
      integer = small
      natural = 0
    } else {
      kind = Int32(MOLT_KIND_NATURAL)
    }
  }

  private static func kind(of kind: TapeValue.Kind) -> Int32 {
    let number =
      switch kind {
      case .null: MOLT_KIND_NULL
      case .boolean: MOLT_KIND_BOOLEAN
      case .integer: MOLT_KIND_INTEGER
      case .float: MOLT_KIND_FLOAT
      case .number: MOLT_KIND_NUMBER
      case .text: MOLT_KIND_TEXT
      case .binary: MOLT_KIND_BINARY
      case .array: MOLT_KIND_ARRAY
      case .map: MOLT_KIND_MAP
      case .tag: MOLT_KIND_TAG
      case .extension: MOLT_KIND_EXTENSION
      case .simple: MOLT_KIND_SIMPLE
      }
    return Int32(number)
  }

  /// The struct that the caller gets; its bytes stay where they are as long as the document.
  var value: molt_value {
    let bytes = unsafe source.map { unsafe $0.memory.bytes(of: $0.word) }
    return unsafe molt_value(
      kind: kind,
      number: number,
      first: first,
      next: next,
      count: UInt64(count),
      integer: integer,
      natural: natural,
      real: real,
      bytes: bytes?.baseAddress,
      byte_count: bytes?.count ?? 0
    )
  }
}
