extension DecodingState {
  /// A value of any type.
  @inline(__always)
  func decode<Value: Decodable>(_ type: Value.Type, at index: Int, depth: Int) throws -> Value {
    try decode(type, plan(type), at: index, depth: depth)
  }

  /// A value of a type whose plan is known.
  func decode<Value: Decodable>(
    _ type: Value.Type,
    _ plan: DecodingPlan,
    at index: Int,
    depth: Int
  ) throws -> Value {
    switch plan {
    case .byItself:
      guard depth <= options.depth else { throw tooDeep(index) }
      return try Value(from: TapeDecoder(self, at: index, depth: depth))
    case .bulk(let bulk):
      guard depth <= options.depth else { throw tooDeep(index) }
      var value: Value?
      try bulk.decode(self, at: index, depth: depth, into: &value)
      guard let value else { throw mismatch(type, at: index) }
      return value
    case .converted(let conversion): return try convert(type, conversion, at: index)
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
    }
  }

  /// A value as the type that it is known to have.
  @inline(__always)
  func cast<Source, Value>(_ value: Source) -> Value {
    // Safety: a plan belongs to the one type that it was made for.
    unsafe unsafeBitCast(value, to: Value.self)
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

  /// The keys of a map in their order, each once: its text, or its number.
  func forEachKey(in map: Int, _ body: (String?, Int?) -> Void) {
    var index = map + 1
    let end = memory.word(map).offset
    while index < end {
      let key = value(at: index)
      if let text = try? key.string() {
        let isSnake = options.keys == .fromSnakeCase
        body(isSnake ? DecodingOptions.Keys.camelCase(text) : text, nil)
      } else if let number = try? key.integer(Int.self) {
        body(String(number), number)
      }
      index = memory.end(of: memory.end(of: index))
    }
  }
}
