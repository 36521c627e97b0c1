// Values of any type.
extension EncodingTarget {
  /// Encodes the outermost value.
  ///
  /// - Returns: False when something was used after its end, so that a tree is needed.
  /// - Throws: `EncodingError`, or what a type's own code throws.
  package func encode(document value: some Encodable) throws -> Bool {
    do { if try encodeKnown(value) { return true } } catch { throw located(error, value) }
    let slot = expect(nil)
    do {
      try value.encode(to: TargetEncoder(self, slot, 0))
      if let failure { throw failure }
    } catch {
      if isOutOfOrder && failure == nil { return false }
      throw error
    }
    guard !isOutOfOrder else { return false }
    guard awaited == 0 else { throw Self.nothing(value) }
    try close(to: 0)
    isOutOfOrder = true
    return true
  }

  private static func nothing(_ value: some Encodable) -> EncodingError {
    let description = "\(type(of: value)) did not encode anything."
    return .invalidValue(value, .init(codingPath: [], debugDescription: description))
  }

  /// Encodes a value whose key has been written, or whose place in an array has come.
  func encode(_ value: some Encodable, under key: any CodingKey) throws {
    let level = levels.count
    let slot = expect(key)
    try value.encode(to: TargetEncoder(self, slot, level))
    try finish(slot, level)
  }

  /// Encodes a value of a type that needs no encoder of its own.
  ///
  /// - Returns: Whether it is one.
  @inline(__always)
  func encodeKnown<Value: Encodable>(_ value: Value) throws -> Bool {
    // Safety: each cast is to the type that `Value` was just found to be.
    switch MemoryLayout<Value>.size {
    case 16:
      guard Value.self == String.self else { return false }
      try output.write(unsafe unsafeBitCast(value, to: String.self))
      return true
    case 8: return try encodeWord(value)
    case 1:
      guard Value.self == Bool.self else { return false }
      try output.write(unsafe unsafeBitCast(value, to: Bool.self))
      return true
    default: return false
    }
  }

  private func encodeWord<Value: Encodable>(_ value: Value) throws -> Bool {
    if Value.self == Int.self {
      try output.write(Int64(unsafe unsafeBitCast(value, to: Int.self)))
    } else if Value.self == Double.self {
      try encode(unsafe unsafeBitCast(value, to: Double.self))
    } else if Value.self == [Double].self {
      try encode(unsafe unsafeBitCast(value, to: [Double].self))
    } else if Value.self == [String].self {
      try encode(unsafe unsafeBitCast(value, to: [String].self))
    } else if Value.self == [Int].self {
      try encode(unsafe unsafeBitCast(value, to: [Int].self))
    } else if Value.self == [[Double]].self {
      try encode(unsafe unsafeBitCast(value, to: [[Double]].self))
    } else if Value.self == [UInt8].self, options.arraysOfBytesAreBinary {
      try output.write(binary: unsafe unsafeBitCast(value, to: [UInt8].self))
    } else if Value.self == Int64.self {
      try output.write(unsafe unsafeBitCast(value, to: Int64.self))
    } else if Value.self == UInt64.self {
      try output.write(unsafe unsafeBitCast(value, to: UInt64.self))
    } else if Value.self == [Int64].self {
      try output.write(array: unsafe unsafeBitCast(value, to: [Int64].self))
    } else {
      return false
    }
    return true
  }

  /// Encodes a float as the options have it.
  @inline(__always)
  func encode(_ value: Double) throws {
    if _slowPath(!value.isFinite), let text = text(of: value) { return try output.write(text) }
    try output.write(value)
  }

  /// Encodes a float as the options have it.
  func encode(_ value: Float) throws {
    if !value.isFinite, let text = text(of: Double(value)) { return try output.write(text) }
    try output.write(value)
  }

  /// The text for a float that is no number, if the options have one.
  @inline(never)
  private func text(of value: Double) -> String? {
    guard
      case .texts(let infinity, let negativeInfinity, let nan) = options.nonConformingFloats
    else { return nil }
    return value.isNaN ? nan : value < 0 ? negativeInfinity : infinity
  }

  private func encode(_ values: [Double]) throws {
    guard options.nonConformingFloats == .asFormat else {
      try output.beginArray(values.count)
      for value in values { try encode(value) }
      return try output.endArray()
    }
    try output.write(array: values)
  }

  private func encode(_ values: [[Double]]) throws {
    try output.beginArray(values.count)
    for value in values { try encode(value) }
    try output.endArray()
  }

  private func encode(_ values: [String]) throws {
    try output.beginArray(values.count)
    for value in values { try output.write(value) }
    try output.endArray()
  }

  private func encode(_ values: [Int]) throws {
    if MemoryLayout<Int>.size == 8 {
      // Safety: both are integers of eight bytes.
      return try output.write(array: unsafe unsafeBitCast(values, to: [Int64].self))
    }
    try output.beginArray(values.count)
    for value in values { try output.write(Int64(value)) }
    try output.endArray()
  }

  /// Encodes an integer of 128 bits: as one of 64 where it fits, otherwise as a number's text.
  func encode(wide value: some FixedWidthInteger) throws {
    if let small = Int64(exactly: value) {
      try output.write(small)
    } else if let large = UInt64(exactly: value) {
      try output.write(large)
    } else {
      try output.write(number: String(value))
    }
  }
}
