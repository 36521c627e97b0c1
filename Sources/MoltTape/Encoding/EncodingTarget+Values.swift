// Values of any type.
extension EncodingTarget {
  /// Encodes the outermost value.
  ///
  /// - Returns: False when something was used after its end, so that a tree is needed.
  /// - Throws: `EncodingError`, or what a type's own code throws.
  package func encode(document value: some Encodable) throws -> Bool {
    let plan = plan(type(of: value))
    do {
      if plan.kind != .byItself {
        try encode(value, plan, under: nil)
      } else {
        try value.encode(to: TargetEncoder(self, expect(nil), 0))
      }
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
  @inline(__always)
  func encode<Value: Encodable>(
    _ value: Value,
    _ plan: EncodingPlan,
    under key: @autoclosure () -> (any CodingKey)?
  ) throws {
    if plan.kind == .byItself { return try encode(byItself: value, under: key()) }
    // What the code of the elements' type throws is passed on as it is.
    if plan.kind == .bulk { return try open(bulk(plan), value, under: key()) }
    do { try encode(known: value, plan, under: key()) } catch { throw located(error, value, key()) }
  }

  /// Encodes a value by its type's own code.
  @inline(__always)
  func encode<Value: Encodable>(byItself value: Value, under key: (any CodingKey)?) throws {
    let level = levels.count
    let slot = expect(key)
    try value.encode(to: TargetEncoder(self, slot, level))
    try finish(slot, level)
  }

  /// Encodes a value of a type that needs no encoder of its own.
  @inline(never)
  private func encode<Value: Encodable>(
    known value: Value,
    _ plan: EncodingPlan,
    under key: (any CodingKey)?
  ) throws {
    switch plan.kind {
    case .byItself: try encode(byItself: value, under: key)
    case .bulk: try open(bulk(plan), value, under: key)
    case .boolean: try output.write(cast(value, to: Bool.self))
    case .string: try output.write(cast(value, to: String.self))
    case .double: try encode(cast(value, to: Double.self))
    case .float: try encode(cast(value, to: Float.self))
    case .int: try output.write(Int64(cast(value, to: Int.self)))
    case .int8: try output.write(Int64(cast(value, to: Int8.self)))
    case .int16: try output.write(Int64(cast(value, to: Int16.self)))
    case .int32: try output.write(Int64(cast(value, to: Int32.self)))
    case .int64: try output.write(cast(value, to: Int64.self))
    case .uint: try output.write(UInt64(cast(value, to: UInt.self)))
    case .uint8: try output.write(UInt64(cast(value, to: UInt8.self)))
    case .uint16: try output.write(UInt64(cast(value, to: UInt16.self)))
    case .uint32: try output.write(UInt64(cast(value, to: UInt32.self)))
    case .uint64: try output.write(cast(value, to: UInt64.self))
    case .doubles: try encode(cast(value, to: [Double].self), under: key)
    case .doubleLists: try encode(cast(value, to: [[Double]].self), under: key)
    case .integers: try encode(cast(value, to: [Int].self))
    case .strings: try encode(cast(value, to: [String].self))
    case .binary: try output.write(binary: cast(value, to: [UInt8].self))
    }
  }

  @inline(__always)
  private func cast<Value, Target>(_ value: Value, to type: Target.Type) -> Target {
    // Safety: a plan belongs to the one type that it was made for.
    unsafe unsafeBitCast(value, to: type)
  }

  private func open<Bulk: BulkEncodable, Value>(
    _ type: Bulk.Type,
    _ value: Value,
    under key: (any CodingKey)?
  ) throws {
    try type.encode(cast(value, to: type), to: self, under: key)
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

  private func encode(_ values: [Double], under key: (any CodingKey)?) throws {
    if _fastPath(options.nonConformingFloats == .asFormat) {
      do { return try output.write(array: values) } catch {
        // Only a float that is no number can be refused.
        let index = values.firstIndex { !$0.isFinite } ?? 0
        levels.append(Level(slot: makeSlot(), isMap: false, key: key))
        throw located(error, values[index], IndexKey(index))
      }
    }
    try output.beginArray(values.count)
    for value in values { try encode(value) }
    try output.endArray()
  }

  /// Encodes points and lines, which are short and many.
  private func encode(_ lists: [[Double]], under key: (any CodingKey)?) throws {
    let level = try beginBulk(under: key, isMap: false, count: lists.count)
    for (index, list) in lists.enumerated() { try encode(list, under: IndexKey(index)) }
    try endBulk(level)
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
