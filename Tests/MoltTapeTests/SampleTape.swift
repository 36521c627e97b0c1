import MoltBytes
import MoltTape

/// A tape with one value of every kind, over an input that was made for it.
///
///     {"list": [1, -5, 2^63, 2.5, "é" from the arena], "a": true, "a": null, 7: bytes, …}
struct SampleTape: ~Copyable {
  static let input = Array(#"{"list":[-5,18446744073709551615,2.5],"a":"binary"}"#.utf8)
  var tape = Tape()

  init() {
    let map = tape.open()
    tape.append(TapeWord(.text, count: 4, at: 2))
    appendList()
    tape.append(TapeWord(.text, count: 1, at: 39))
    tape.append(TapeWord(.boolean, payload: 1))
    tape.append(TapeWord(.text, count: 1, at: 39))
    tape.append(TapeWord(.null, payload: 0))
    tape.append(TapeWord(integer: 7))
    tape.append(TapeWord(.binary, count: 6, at: 43))
    tape.append(TapeWord(.text, count: 0, at: 0))
    appendTagged()
    tape.append(TapeWord(.simple, payload: 23))
    tape.append(TapeWord(.extension, payload: 0xFF))
    tape.append(TapeWord(.binary, count: 2, at: 43))
    tape.close(.map, at: map, count: 6)
  }

  mutating func appendList() {
    let list = tape.open()
    tape.append(TapeWord(integer: 1))
    tape.append(TapeWord(.int64, count: 2, at: 9))
    tape.append(raw: UInt64(bitPattern: -5))
    tape.append(TapeWord(.uint64, count: 20, at: 12))
    tape.append(raw: .max)
    tape.append(TapeWord(.double, count: 3, at: 33))
    tape.append(raw: 2.5.bitPattern)
    tape.arena.append("é")
    tape.append(TapeWord(.arenaText, count: 2, at: 0))
    let empty = tape.open()
    tape.close(.array, at: empty, count: 0)
    tape.append(TapeWord(.number, count: 20, at: 12))
    tape.close(.array, at: list, count: 7)
  }

  mutating func appendTagged() {
    tape.append(TapeWord(.tag, payload: 1))
    tape.append(TapeWord(.tag, payload: 1 << 60 - 1))
    tape.append(raw: 1 << 62)
    tape.append(TapeWord(integer: 1))
  }

  func withDocument<Result>(_ body: (borrowing TapeDocument) throws -> Result) rethrows -> Result {
    try body(TapeDocument(tape, input: Self.input.span, format: .json))
  }
}

/// What every conversion of a value answers: values cannot leave the document for `#expect`.
struct Conversions {
  var kind: TapeValue.Kind
  var index: Int
  var boolean: Result<Bool, TapeError>
  var int64: Result<Int64, TapeError>
  var uint64: Result<UInt64, TapeError>
  var int8: Result<Int8, TapeError>
  var uint32: Result<UInt32, TapeError>
  var double: Result<Double, TapeError>
  var string: Result<String, TapeError>
  var number: Result<String, TapeError>
  var binaryCount: Result<Int, TapeError>
  var tag: UInt64?
  var extensionType: Int8?
  var extensionCount: Result<Int, TapeError>
  var simple: UInt8?

  init?(_ value: TapeValue?) {
    guard let value else { return nil }
    kind = value.kind
    index = value.index
    boolean = Result { () throws(TapeError) in try value.boolean() }
    int64 = Result { () throws(TapeError) in try value.int64() }
    uint64 = Result { () throws(TapeError) in try value.uint64() }
    int8 = Result { () throws(TapeError) in try value.integer(Int8.self) }
    uint32 = Result { () throws(TapeError) in try value.integer(UInt32.self) }
    double = Result { () throws(TapeError) in try value.double() }
    string = Result { () throws(TapeError) in try value.string() }
    number = Result { () throws(TapeError) in try value.numberString() }
    binaryCount = Result { () throws(TapeError) in try value.binary().count }
    tag = value.tag
    extensionType = value.extensionType
    extensionCount = Result { () throws(TapeError) in try value.extensionBytes().count }
    simple = value.simple
  }
}
