/// A PostgreSQL array as it is sent in binary.
///
/// `{{1,NULL}}` of `integer` comes as
///
///     00 00 00 02                             two dimensions
///     00 00 00 01                             some elements are NULL
///     00 00 00 17                             the elements' type, 23
///     00 00 00 01 00 00 00 01                 the first dimension: its size and first index
///     00 00 00 02 00 00 00 01                 the second one
///     00 00 00 04 00 00 00 01   FF FF FF FF   the elements: length and bytes; -1 is NULL
///
/// An empty array has no dimensions, whatever its type.
public struct PostgresArray: BitwiseCopyable {
  let bytes: CellBytes

  /// PostgreSQL's own limit, `MAXDIM`.
  static let mostDimensions = 6

  /// Looks at the header of an array; nil if that is none, or has other elements.
  ///
  /// The elements are looked at when they are written.
  ///
  /// - Parameters:
  ///   - bytes: The array without its length.
  ///   - kind: How its elements are laid out.
  /// - Complexity: O(1)
  public init?(_ bytes: CellBytes, of kind: PostgresKind) {
    guard let oid = bytes.integer(UInt32.self, at: 8), PostgresKind(oid: oid) == kind,
      let dimensions = bytes.integer(Int32.self), 0...Self.mostDimensions ~= Int(dimensions),
      bytes.byteCount >= 12 + 8 * Int(dimensions)
    else { return nil }
    self.bytes = bytes
  }

  /// How deep its lists are nested; 0 for an empty array.
  var depth: Int { Int(bytes.integer(Int32.self) ?? 0) }

  /// How many items each list has on a level below ``depth``.
  ///
  /// PostgreSQL sends no empty ones. With at least one item each, all the lists together cannot be
  /// longer than the bytes.
  func size(_ level: Int) -> Int? {
    bytes.integer(Int32.self, at: 12 + 8 * level).flatMap { $0 > 0 ? Int($0) : nil }
  }

  /// A reader in front of the first element.
  var elements: PostgresArrayElements {
    // The header was looked at when the array was made.
    let kind = bytes.integer(UInt32.self, at: 8).flatMap { PostgresKind(oid: $0) } ?? .bytes
    return PostgresArrayElements(bytes: bytes, kind: kind, offset: 12 + 8 * depth)
  }
}

/// Reads an array's elements one after the other, whatever lists they are in.
struct PostgresArrayElements {
  let bytes: CellBytes
  let kind: PostgresKind
  var offset: Int

  /// Whether all bytes have been read.
  var isAtEnd: Bool { offset == bytes.byteCount }

  /// Reads the next element; nil if there is none or its bytes are not of its kind.
  mutating func next() -> Cell? {
    guard let length = bytes.integer(Int32.self, at: offset) else { return nil }
    offset += 4
    if length == -1 { return .null }
    guard let value = bytes.part(offset, Int(length)) else { return nil }
    offset += Int(length)
    return Cell(postgres: value, kind)
  }
}
