// One function for each scalar, as the protocol has it.
extension TargetKeyedContainer {
  func encodeNil(forKey key: Key) throws {
    try put(Bool?.none, key) { target, name throws in
      try target.write(name, slot, level)
      try target.output.writeNull()
    }
  }

  func encode(_ value: Bool, forKey key: Key) throws {
    try put(value, key) { target, name throws in
      try target.put(name, value, slot, level)
    }
  }

  func encode(_ value: String, forKey key: Key) throws {
    try put(value, key) { target, name throws in
      try target.put(name, value, slot, level)
    }
  }

  func encode(_ value: Double, forKey key: Key) throws {
    try put(value, key) { target, name throws in
      try target.put(name, value, slot, level)
    }
  }

  func encode(_ value: Float, forKey key: Key) throws {
    try put(value, key) { target, name throws in
      try target.write(name, slot, level)
      try target.encode(value)
    }
  }

  func encode(_ value: Int, forKey key: Key) throws {
    try put(value, key) { target, name throws in
      try target.put(name, Int64(value), slot, level)
    }
  }

  func encode(_ value: Int8, forKey key: Key) throws {
    try put(value, key) { target, name throws in
      try target.put(name, Int64(value), slot, level)
    }
  }

  func encode(_ value: Int16, forKey key: Key) throws {
    try put(value, key) { target, name throws in
      try target.put(name, Int64(value), slot, level)
    }
  }

  func encode(_ value: Int32, forKey key: Key) throws {
    try put(value, key) { target, name throws in
      try target.put(name, Int64(value), slot, level)
    }
  }

  func encode(_ value: Int64, forKey key: Key) throws {
    try put(value, key) { target, name throws in
      try target.put(name, value, slot, level)
    }
  }

  func encode(_ value: UInt, forKey key: Key) throws {
    try put(value, key) { target, name throws in
      try target.put(name, UInt64(value), slot, level)
    }
  }

  func encode(_ value: UInt8, forKey key: Key) throws {
    try put(value, key) { target, name throws in
      try target.put(name, UInt64(value), slot, level)
    }
  }

  func encode(_ value: UInt16, forKey key: Key) throws {
    try put(value, key) { target, name throws in
      try target.put(name, UInt64(value), slot, level)
    }
  }

  func encode(_ value: UInt32, forKey key: Key) throws {
    try put(value, key) { target, name throws in
      try target.put(name, UInt64(value), slot, level)
    }
  }

  func encode(_ value: UInt64, forKey key: Key) throws {
    try put(value, key) { target, name throws in
      try target.put(name, value, slot, level)
    }
  }

  func encode(_ value: Int128, forKey key: Key) throws {
    try put(value, key) { target, name throws in
      try target.write(name, slot, level)
      try target.encode(wide: value)
    }
  }

  func encode(_ value: UInt128, forKey key: Key) throws {
    try put(value, key) { target, name throws in
      try target.write(name, slot, level)
      try target.encode(wide: value)
    }
  }
}
