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
    switch plan.kind {
    case .byItself:
      return try Value(from: TapeDecoder(state, at: index, depth: depth))
    case .bulk:
      if _slowPath(depth > depthLimit) { throw tooDeep(index) }
      return try open(bulk(plan), at: index, depth: depth)
    case .converted: return try convert(type, Int(plan.index), at: index)
    case .boolean: return cast(try boolean(index))
    case .string: return cast(try string(index))
    case .double: return cast(try double(index))
    case .float: return cast(try float(index))
    case .int: return cast(try integer(Int.self, index))
    case .int8: return cast(try integer(Int8.self, index))
    case .int16: return cast(try integer(Int16.self, index))
    case .int32: return cast(try integer(Int32.self, index))
    case .int64: return cast(try integer(Int64.self, index))
    case .uint: return cast(try integer(UInt.self, index))
    case .uint8: return cast(try integer(UInt8.self, index))
    case .uint16: return cast(try integer(UInt16.self, index))
    case .uint32: return cast(try integer(UInt32.self, index))
    case .uint64: return cast(try integer(UInt64.self, index))
    case .doubles: return cast(try doubles(index))
    case .integers: return cast(try integers(index))
    case .strings: return cast(try strings(index))
    }
  }

  /// A value of a type that is decoded in one go.
  private func open<Bulk: BulkDecodable, Value>(
    _ type: Bulk.Type,
    at index: Int,
    depth: Int
  ) throws -> Value {
    // Safety: a plan belongs to the one type that it was made for.
    unsafe unsafeBitCast(try type.decode(self, at: index, depth: depth), to: Value.self)
  }

  private func open<Bulk: BulkDecodable>(
    _ type: Bulk.Type,
    at index: Int,
    depth: Int,
    into place: UnsafeMutableRawPointer
  ) throws {
    let value = try type.decode(self, at: index, depth: depth)
    unsafe place.assumingMemoryBound(to: Bulk.self).initialize(to: value)
  }

  @inline(__always)
  private func cast<Source, Value>(_ value: Source) -> Value {
    // Safety: as above.
    unsafe unsafeBitCast(value, to: Value.self)
  }

  /// Decodes a value of a type whose plan is known, into room for it, which is initialised unless
  /// there is an error.
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
      unsafe place.assumingMemoryBound(to: Value.self).initialize(to: try Value(from: decoder))
    case .bulk:
      if _slowPath(depth > depthLimit) { throw tooDeep(index) }
      try unsafe open(bulk(plan), at: index, depth: depth, into: place)
    case .converted:
      let value = try convert(type, Int(plan.index), at: index)
      unsafe place.assumingMemoryBound(to: Value.self).initialize(to: value)
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
    case .doubles: unsafe put(try doubles(index), place)
    case .integers: unsafe put(try integers(index), place)
    case .strings: unsafe put(try strings(index), place)
    }
  }

  /// Writes a value where one of its type belongs.
  @inline(__always) @unsafe
  private func put<Value>(_ value: Value, _ place: UnsafeMutableRawPointer) {
    // Safety: a plan belongs to the one type that it was made for.
    unsafe place.assumingMemoryBound(to: Value.self).initialize(to: value)
  }

  @inline(never)
  private func convert<Value>(_ type: Value.Type, _ conversion: Int, at index: Int) throws -> Value
  {
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
