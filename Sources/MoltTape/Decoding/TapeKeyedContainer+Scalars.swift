// One method per type: the protocol asks for each of them.
extension TapeKeyedContainer {
  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool {
    try run.boolean(require(key))
  }

  func decode(_ type: String.Type, forKey key: Key) throws -> String {
    try run.string(require(key))
  }

  func decode(_ type: Double.Type, forKey key: Key) throws -> Double {
    try run.double(require(key))
  }

  func decode(_ type: Float.Type, forKey key: Key) throws -> Float {
    try run.float(require(key))
  }

  func decode(_ type: Int.Type, forKey key: Key) throws -> Int {
    try run.integer(type, require(key))
  }

  func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 {
    try run.integer(type, require(key))
  }

  func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 {
    try run.integer(type, require(key))
  }

  func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 {
    try run.integer(type, require(key))
  }

  func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 {
    try run.integer(type, require(key))
  }

  func decode(_ type: Int128.Type, forKey key: Key) throws -> Int128 {
    try run.integer(type, require(key))
  }

  func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt {
    try run.integer(type, require(key))
  }

  func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 {
    try run.integer(type, require(key))
  }

  func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 {
    try run.integer(type, require(key))
  }

  func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 {
    try run.integer(type, require(key))
  }

  func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 {
    try run.integer(type, require(key))
  }

  func decode(_ type: UInt128.Type, forKey key: Key) throws -> UInt128 {
    try run.integer(type, require(key))
  }
}

extension TapeKeyedContainer {
  func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
    let index = try present(key)
    return index == 0 ? nil : try run.boolean(index)
  }

  func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
    let index = try present(key)
    return index == 0 ? nil : try run.string(index)
  }

  func decodeIfPresent(_ type: Double.Type, forKey key: Key) throws -> Double? {
    let index = try present(key)
    return index == 0 ? nil : try run.double(index)
  }

  func decodeIfPresent(_ type: Float.Type, forKey key: Key) throws -> Float? {
    let index = try present(key)
    return index == 0 ? nil : try run.float(index)
  }

  func decodeIfPresent(_ type: Int.Type, forKey key: Key) throws -> Int? {
    let index = try present(key)
    return index == 0 ? nil : try run.integer(type, index)
  }

  func decodeIfPresent(_ type: Int8.Type, forKey key: Key) throws -> Int8? {
    let index = try present(key)
    return index == 0 ? nil : try run.integer(type, index)
  }

  func decodeIfPresent(_ type: Int16.Type, forKey key: Key) throws -> Int16? {
    let index = try present(key)
    return index == 0 ? nil : try run.integer(type, index)
  }

  func decodeIfPresent(_ type: Int32.Type, forKey key: Key) throws -> Int32? {
    let index = try present(key)
    return index == 0 ? nil : try run.integer(type, index)
  }

  func decodeIfPresent(_ type: Int64.Type, forKey key: Key) throws -> Int64? {
    let index = try present(key)
    return index == 0 ? nil : try run.integer(type, index)
  }

  func decodeIfPresent(_ type: Int128.Type, forKey key: Key) throws -> Int128? {
    let index = try present(key)
    return index == 0 ? nil : try run.integer(type, index)
  }

  func decodeIfPresent(_ type: UInt.Type, forKey key: Key) throws -> UInt? {
    let index = try present(key)
    return index == 0 ? nil : try run.integer(type, index)
  }

  func decodeIfPresent(_ type: UInt8.Type, forKey key: Key) throws -> UInt8? {
    let index = try present(key)
    return index == 0 ? nil : try run.integer(type, index)
  }

  func decodeIfPresent(_ type: UInt16.Type, forKey key: Key) throws -> UInt16? {
    let index = try present(key)
    return index == 0 ? nil : try run.integer(type, index)
  }

  func decodeIfPresent(_ type: UInt32.Type, forKey key: Key) throws -> UInt32? {
    let index = try present(key)
    return index == 0 ? nil : try run.integer(type, index)
  }

  func decodeIfPresent(_ type: UInt64.Type, forKey key: Key) throws -> UInt64? {
    let index = try present(key)
    return index == 0 ? nil : try run.integer(type, index)
  }

  func decodeIfPresent(_ type: UInt128.Type, forKey key: Key) throws -> UInt128? {
    let index = try present(key)
    return index == 0 ? nil : try run.integer(type, index)
  }
}
