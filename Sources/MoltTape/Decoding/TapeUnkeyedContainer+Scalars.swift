// One method per type: the protocol asks for each of them.
extension TapeUnkeyedContainer {
  mutating func decode(_ type: Bool.Type) throws -> Bool {
    let index = try current(type)
    return advance(over: index, giving: try run.boolean(index))
  }

  mutating func decode(_ type: String.Type) throws -> String {
    let index = try current(type)
    return advance(over: index, giving: try run.string(index))
  }

  mutating func decode(_ type: Double.Type) throws -> Double {
    let index = try current(type)
    return advance(over: index, giving: try run.double(index))
  }

  mutating func decode(_ type: Float.Type) throws -> Float {
    let index = try current(type)
    return advance(over: index, giving: try run.float(index))
  }

  mutating func decode(_ type: Int.Type) throws -> Int {
    let index = try current(type)
    return advance(over: index, giving: try run.integer(type, index))
  }

  mutating func decode(_ type: Int8.Type) throws -> Int8 {
    let index = try current(type)
    return advance(over: index, giving: try run.integer(type, index))
  }

  mutating func decode(_ type: Int16.Type) throws -> Int16 {
    let index = try current(type)
    return advance(over: index, giving: try run.integer(type, index))
  }

  mutating func decode(_ type: Int32.Type) throws -> Int32 {
    let index = try current(type)
    return advance(over: index, giving: try run.integer(type, index))
  }

  mutating func decode(_ type: Int64.Type) throws -> Int64 {
    let index = try current(type)
    return advance(over: index, giving: try run.integer(type, index))
  }

  mutating func decode(_ type: Int128.Type) throws -> Int128 {
    let index = try current(type)
    return advance(over: index, giving: try run.integer(type, index))
  }

  mutating func decode(_ type: UInt.Type) throws -> UInt {
    let index = try current(type)
    return advance(over: index, giving: try run.integer(type, index))
  }

  mutating func decode(_ type: UInt8.Type) throws -> UInt8 {
    let index = try current(type)
    return advance(over: index, giving: try run.integer(type, index))
  }

  mutating func decode(_ type: UInt16.Type) throws -> UInt16 {
    let index = try current(type)
    return advance(over: index, giving: try run.integer(type, index))
  }

  mutating func decode(_ type: UInt32.Type) throws -> UInt32 {
    let index = try current(type)
    return advance(over: index, giving: try run.integer(type, index))
  }

  mutating func decode(_ type: UInt64.Type) throws -> UInt64 {
    let index = try current(type)
    return advance(over: index, giving: try run.integer(type, index))
  }

  mutating func decode(_ type: UInt128.Type) throws -> UInt128 {
    let index = try current(type)
    return advance(over: index, giving: try run.integer(type, index))
  }
}
