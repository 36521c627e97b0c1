internal import CMoltPython
internal import MoltBytes
internal import MoltCBOR
internal import MoltMessagePack
internal import MoltTape

extension MessagePackSink: ObjectSink {
  static var format: DocumentFormat { .messagePack }

  static func raised(_ failure: MessagePackWriteError) -> PythonRaised {
    switch failure {
    case .numberOutOfRange: raise(moltpy_PyExc_OverflowError(), "Integer value out of range")
    default: raise(moltpy_PyExc_ValueError(), failure.message)
    }
  }

  mutating func append(notated text: Span<UInt8>) { append(text: text) }

  /// Floats take 32 bits where `use_single_float` asks for that.
  @inline(__always)
  mutating func append(float value: Double, _ rules: WritingRules) {
    if _slowPath(rules.contains(.singleFloats)) {
      return appendEncoded(0xCA, UInt64(Float(value).bitPattern), byteCount: 4)
    }
    append(value)
  }

  /// Bytes are the old specification's raw where there is no bin type.
  mutating func append(binary: Span<UInt8>, _ rules: WritingRules) {
    guard rules.contains(.oldTypes) else { return append(binary: binary) }
    switch binary.count {
    case ..<32: appendEncoded(0xA0 | UInt8(truncatingIfNeeded: binary.count), 0, byteCount: 0)
    case ..<(1 << 16): appendEncoded(0xDA, UInt64(binary.count), byteCount: 2)
    default: appendEncoded(0xDB, UInt64(binary.count), byteCount: 4)
    }
    writer.append(binary)
  }

  /// Appends a byte and an integer, the most significant byte first.
  ///
  /// Not counted: the counts of what Python writes are known beforehand.
  private mutating func appendEncoded(_ first: UInt8, _ value: UInt64, byteCount: Int) {
    writer.append(first)
    for index in 0..<byteCount {
      writer.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * (byteCount - 1 - index))))
    }
  }
}

extension CBORSink: ObjectSink {
  static var format: DocumentFormat { .cbor }

  static func raised(_ failure: CBORWriteError) -> PythonRaised {
    raise(moltpy_PyExc_ValueError(), failure.message)
  }

  mutating func append(notated text: Span<UInt8>) { append(text: text) }

  /// What is no number is written in its shortest form, as cbor2 does.
  @inline(__always)
  mutating func append(float value: Double, _ rules: WritingRules) {
    guard _slowPath(!value.isFinite) else { return append(value) }
    writer.append(0xF9)
    writer.append(value.isNaN ? 0x7E : value < 0 ? 0xFC : 0x7C)
    writer.append(0x00)
  }
}
