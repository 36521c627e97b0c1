/// How a type is encoded.
struct EncodingPlan {
  /// The kinds of types.
  enum Kind: UInt8 {
    /// Encoded by its own `encode(to:)`.
    case byItself
    case boolean, string, double, float
    case int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64
    case doubles, doubleLists, integers, strings
    /// An array of bytes, where these are a binary.
    case binary
    /// Encoded in one go.
    case bulk
  }

  let kind: Kind
  /// Which one of the target's bulk types.
  var index: UInt32 = 0

  /// The types that have a writer of their own.
  static var scalars: [ObjectIdentifier: Kind] {
    [
      ObjectIdentifier(Bool.self): .boolean, ObjectIdentifier(String.self): .string,
      ObjectIdentifier(Double.self): .double, ObjectIdentifier(Float.self): .float,
      ObjectIdentifier(Int.self): .int, ObjectIdentifier(Int8.self): .int8,
      ObjectIdentifier(Int16.self): .int16, ObjectIdentifier(Int32.self): .int32,
      ObjectIdentifier(Int64.self): .int64, ObjectIdentifier(UInt.self): .uint,
      ObjectIdentifier(UInt8.self): .uint8, ObjectIdentifier(UInt16.self): .uint16,
      ObjectIdentifier(UInt32.self): .uint32, ObjectIdentifier(UInt64.self): .uint64,
      ObjectIdentifier([Double].self): .doubles, ObjectIdentifier([[Double]].self): .doubleLists,
      ObjectIdentifier([Int].self): .integers, ObjectIdentifier([String].self): .strings,
    ]
  }
}
