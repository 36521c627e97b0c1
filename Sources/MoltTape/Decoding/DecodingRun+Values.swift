extension DecodingRun {
  /// A value of any type.
  @inline(__always)
  func decode<Value: Decodable>(_ type: Value.Type, at index: Int, depth: Int) throws -> Value {
    let plan = plan(type)
    if case .byItself = plan {
      guard depth <= options.depth else { throw tooDeep(index) }
      return try Value(from: TapeDecoder(state, at: index, depth: depth))
    }
    return try unsafe withUnsafeTemporaryAllocation(of: Value.self, capacity: 1) { memory in
      guard let place = memory.baseAddress else { preconditionFailure("there is room for one") }
      try unsafe decode(type, plan, at: index, depth: depth, into: place)
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
    into place: UnsafeMutablePointer<Value>
  ) throws {
    switch plan {
    case .byItself:
      guard depth <= options.depth else { throw tooDeep(index) }
      unsafe place.initialize(to: try Value(from: TapeDecoder(state, at: index, depth: depth)))
    case .bulk(let bulk):
      guard depth <= options.depth else { throw tooDeep(index) }
      try unsafe bulk.decode(self, at: index, depth: depth, into: UnsafeMutableRawPointer(place))
    case .converted(let conversion):
      unsafe place.initialize(to: try convert(type, conversion, at: index))
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
