extension DecodingRun {
  /// A value of any type.
  @inline(__always)
  func decode<Value: Decodable>(_ type: Value.Type, at index: Int, depth: Int) throws -> Value {
    let plan = plan(type)
    guard plan.kind == .byItself else { return try decode(type, plan, at: index, depth: depth) }
    if _slowPath(depth > depthLimit) { throw tooDeep(index) }
    return try Value(from: TapeDecoder(state, at: index, depth: depth))
  }

  /// A value of a type with a plan of its own.
  @inline(never)
  private func decode<Value: Decodable>(
    _ type: Value.Type,
    _ plan: DecodingPlan,
    at index: Int,
    depth: Int
  ) throws -> Value {
    try unsafe withUnsafeTemporaryAllocation(of: Value.self, capacity: 1) { memory in
      guard let place = memory.baseAddress else { preconditionFailure("there is room for one") }
      let room = UnsafeMutableRawPointer(place)
      try unsafe decode(type, plan, at: index, depth: depth, into: room)
      return unsafe place.move()
    }
  }

  /// Decodes a value of a type whose plan is known.
  ///
  /// - Parameter place: Room for it, initialised unless there is an error.
  @unsafe
  func decode<Value: Decodable>(
    _ type: Value.Type,
    _ plan: DecodingPlan,
    at index: Int,
    depth: Int,
    into place: UnsafeMutableRawPointer
  ) throws {
    switch plan.kind {
    case .byItself:
      if _slowPath(depth > depthLimit) { throw tooDeep(index) }
      let decoder = TapeDecoder(state, at: index, depth: depth)
      unsafe place.initializeMemory(as: Value.self, to: try Value(from: decoder))
    case .bulk:
      if _slowPath(depth > depthLimit) { throw tooDeep(index) }
      try unsafe bulk(plan).decode(self, at: index, depth: depth, into: place)
    case .converted:
      let value = try convert(type, Int(plan.index), at: index)
      unsafe place.initializeMemory(as: Value.self, to: value)
    case .boolean: unsafe put(try boolean(index), place)
    case .string: unsafe put(try string(index), place)
    case .double: unsafe put(try double(index), place)
    case .float: unsafe put(try float(index), place)
    case .int: unsafe put(try integer(Int.self, index), place)
    case .int8: unsafe put(try integer(Int8.self, index), place)
    case .int16: unsafe put(try integer(Int16.self, index), place)
    case .int32: unsafe put(try integer(Int32.self, index), place)
    case .int64: unsafe put(try integer(Int64.self, index), place)
    case .uint: unsafe put(try integer(UInt.self, index), place)
    case .uint8: unsafe put(try integer(UInt8.self, index), place)
    case .uint16: unsafe put(try integer(UInt16.self, index), place)
    case .uint32: unsafe put(try integer(UInt32.self, index), place)
    case .uint64: unsafe put(try integer(UInt64.self, index), place)
    }
  }

  /// Writes a value where one of its type belongs.
  @inline(__always) @unsafe
  private func put<Value>(_ value: Value, _ place: UnsafeMutableRawPointer) {
    // Safety: a plan belongs to the one type that it was made for.
    unsafe place.initializeMemory(as: Value.self, to: value)
  }

  @inline(never)
  private func convert<Value>(_ type: Value.Type, _ conversion: Int, at index: Int) throws -> Value {
    guard !isNull(index) else { throw mismatch(type, at: index) }
    do {
      let value = try options.conversions[conversion](value(at: index))
      guard let value = value as? Value else { throw mismatch(type, at: index) }
      return value
    } catch {
      throw explained(error, type, at: index)
    }
  }
}
