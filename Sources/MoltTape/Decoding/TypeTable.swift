/// How a type is decoded.
struct DecodingPlan {
  /// The kinds of types.
  enum Kind: UInt8 {
    /// Decoded by its own `init(from:)`.
    case byItself
    case boolean, string, double, float
    case int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64
    case doubles, integers, strings
    /// Decoded in one go.
    case bulk
    /// Decoded as the options say.
    case converted
  }

  let kind: Kind
  /// Which one of the ``TypeTable``'s bulk types, or of the options' conversions.
  var index: UInt32 = 0
}

/// What a decoder has found out about the types it met.
@safe struct TypeTable: ~Copyable {
  private var plans = TypeMap<DecodingPlan>()
  private var keys = unsafe TypeMap<UnsafeMutablePointer<KeyTable>>()
  /// Those of all types, to be given back.
  private var tables: [UnsafeMutablePointer<KeyTable>] = unsafe []
  private(set) var bulks: [any BulkDecodable.Type] = []
  private let conversions: [ObjectIdentifier: Int]
  private let form: DecodingOptions.Keys

  init(_ options: DecodingOptions) {
    conversions = options.conversionIndexes
    form = options.keys
  }

  deinit {
    for index in unsafe tables.indices {
      unsafe tables[index].pointee.shelf.retire()
      unsafe tables[index].deinitialize(count: 1)
      unsafe tables[index].deallocate()
    }
  }

  /// How a type is decoded.
  @inline(__always)
  mutating func plan<Value: Decodable>(_ type: Value.Type) -> DecodingPlan {
    plans[type] ?? addPlan(type)
  }

  /// The keys that maps had for a type of keys.
  @inline(__always) @unsafe
  mutating func keys<Key: CodingKey>(_ type: Key.Type) -> UnsafeMutablePointer<KeyTable> {
    unsafe keys[type] ?? addKeys(type)
  }

  @inline(never) @unsafe
  private mutating func addKeys(_ type: Any.Type) -> UnsafeMutablePointer<KeyTable> {
    let table = UnsafeMutablePointer<KeyTable>.allocate(capacity: 1)
    unsafe table.initialize(to: KeyTable(form))
    unsafe tables.append(table)
    unsafe keys.add(type, table)
    return unsafe table
  }

  @inline(never)
  private mutating func addPlan<Value: Decodable>(_ type: Value.Type) -> DecodingPlan {
    let id = ObjectIdentifier(type)
    let plan: DecodingPlan
    if let conversion = conversions[id] {
      plan = DecodingPlan(kind: .converted, index: UInt32(conversion))
    } else if let scalar = Self.scalars[id] {
      plan = DecodingPlan(kind: scalar)
    } else if let bulk = type as? any BulkDecodable.Type {
      plan = DecodingPlan(kind: .bulk, index: UInt32(bulks.count))
      bulks.append(bulk)
    } else {
      plan = DecodingPlan(kind: .byItself)
    }
    plans.add(type, plan)
    return plan
  }

  private static var scalars: [ObjectIdentifier: DecodingPlan.Kind] {
    [
      ObjectIdentifier(Bool.self): .boolean, ObjectIdentifier(String.self): .string,
      ObjectIdentifier(Double.self): .double, ObjectIdentifier(Float.self): .float,
      ObjectIdentifier(Int.self): .int, ObjectIdentifier(Int8.self): .int8,
      ObjectIdentifier(Int16.self): .int16, ObjectIdentifier(Int32.self): .int32,
      ObjectIdentifier(Int64.self): .int64, ObjectIdentifier(UInt.self): .uint,
      ObjectIdentifier(UInt8.self): .uint8, ObjectIdentifier(UInt16.self): .uint16,
      ObjectIdentifier(UInt32.self): .uint32, ObjectIdentifier(UInt64.self): .uint64,
      ObjectIdentifier([Double].self): .doubles, ObjectIdentifier([Int].self): .integers,
      ObjectIdentifier([String].self): .strings,
    ]
  }
}
