/// Collects the values of one column in Arrow's layout.
///
/// Values come in blocks: one call per block and column, and inside it one loop over one type.
///
///     var builder = ColumnBuilder(.int32)
///     builder.append(Int32.self, count: 3) { for value in [7, 0, 9] { $0.append(Int32(value)) } }
///     builder.appendValidity(bits: 0b101, count: 3)     // 7, null, 9
///     let column = builder.finish()
///
/// A null takes the room of a value; what stands there does not count.
public struct ColumnBuilder: ~Copyable {
  /// What the values are.
  public let type: ColumnType
  private var validity = ValidityBuilder()
  private var bits = BitmapBuilder()
  private var values: ColumnBuffer
  private var offsets: ColumnBuffer
  /// Where the last value ends: in bytes, or in elements.
  private var end = 0
  /// How many values have their place.
  private var placed = 0

  /// Creates a builder without values.
  ///
  /// - Parameters:
  ///   - type: What the values will be.
  ///   - rowCount: For how many values to ask for memory at first.
  public init(_ type: ColumnType, rowCount: Int = 0) {
    self.type = type
    values = ColumnBuffer(hint: rowCount * type.byteCount)
    offsets = ColumnBuffer(hint: type.hasOffsets ? (rowCount + 1) * 4 : 0)
  }

  /// How many values there are.
  public var count: Int { validity.count }

  /// About how many bytes the values take, without elements of lists.
  public var byteCount: Int { values.count + offsets.count + count / 8 }

  /// Takes note of which of the next values are there.
  ///
  /// - Precondition: `count` lies between 0 and 64.
  public mutating func appendValidity(bits: UInt64, count: Int) {
    validity.append(bits: bits, count: count)
  }

  /// Takes note of which of the next values are there, by their slices.
  public mutating func appendValidity(_ slices: Span<ByteSlice>) { validity.append(slices) }

  /// Appends values of a fixed width, for which ``appendValidity(_:)`` is owed.
  ///
  /// - Parameters:
  ///   - type: What is written; it has the width of the column's type.
  ///   - count: How many.
  ///   - body: Appends exactly `count` values.
  /// - Throws: What `body` throws; the builder must then not be used again.
  /// - Precondition: The type's width is the column's, and `body` appends as many values as it says.
  @inline(__always)
  public mutating func append<Value: BitwiseCopyable, Failure: Error>(
    _ type: Value.Type,
    count: Int,
    _ body: (inout OutputSpan<Value>) throws(Failure) -> Void
  ) throws(Failure) {
    let width = MemoryLayout<Value>.stride
    precondition(width == self.type.byteCount, "values of another width than the column's")
    let start = values.count
    try values.append(Value.self, atMost: count, body)
    precondition(values.count - start == count * width, "fewer values than announced")
    placed += count
  }

  /// Appends up to 64 booleans, for which ``appendValidity(bits:count:)`` is owed.
  ///
  /// - Precondition: The column is of booleans, and `count` lies between 0 and 64.
  public mutating func appendBooleans(bits: UInt64, count: Int) {
    precondition(type == .boolean, "the column has no booleans")
    self.bits.append(bits: bits, count: count)
    placed += count
  }

  /// Appends texts or binaries that lie in `bytes`; their validity is known from the slices.
  ///
  /// - Parameters:
  ///   - slices: Where the values lie.
  ///   - bytes: In what they lie.
  ///   - skipping: How many bytes at the beginning of each are no part of it.
  /// - Throws: ``ColumnError/tooLarge``; the builder is then as before.
  /// - Precondition: The slices lie in `bytes`, and none is shorter than `skipping`.
  /// - Complexity: O(bytes of the values)
  public mutating func append(
    _ slices: Span<ByteSlice>,
    in bytes: Span<UInt8>,
    skipping: Int = 0
  ) throws(ColumnError) {
    precondition(type == .text || type == .binary, "the column has no bytes")
    let byteCount = Self.check(slices, in: bytes, skipping)
    guard end + byteCount <= Int(Int32.max) else { throw .tooLarge }
    beginOffsets()
    var end = Int32(truncatingIfNeeded: self.end)
    offsets.append(Int32.self, atMost: slices.count) { output in
      for index in slices.indices {
        let slice = slices[index]
        end &+= slice.isNull ? 0 : slice.count &- Int32(truncatingIfNeeded: skipping)
        output.append(end)
      }
    }
    unsafe values.append(byteCount: byteCount, slack: Self.stride) { destination in
      unsafe Self.copy(slices, in: bytes, skipping, to: destination)
    }
    self.end += byteCount
    placed += slices.count
    validity.append(slices)
  }

  /// How many bytes the slices have, each of which was seen to lie in `bytes`.
  private static func check(
    _ slices: Span<ByteSlice>,
    in bytes: Span<UInt8>,
    _ skipping: Int
  ) -> Int {
    var byteCount = 0
    var last = 0
    var least = Int.max
    for index in slices.indices {
      let slice = slices[index]
      let count = slice.isNull ? 0 : Int(slice.count)
      byteCount &+= slice.isNull ? 0 : count &- skipping
      last = max(last, slice.isNull ? 0 : Int(slice.start) &+ count)
      least = min(least, slice.isNull ? .max : count)
    }
    precondition(last <= bytes.count && least >= skipping, "a slice lies outside its bytes")
    return byteCount
  }

  /// How many bytes are copied at once where a value is no longer than that.
  private static let stride = 32

  /// Copies the slices one behind the other.
  ///
  /// Most values are short, and a copy of a fixed size costs two instructions where `memcpy` takes a
  /// call: so 32 bytes are written wherever the source has as many, and what is too much is
  /// overwritten by the next value, or by the padding.
  @unsafe
  private static func copy(
    _ slices: Span<ByteSlice>,
    in bytes: Span<UInt8>,
    _ skipping: Int,
    to destination: UnsafeMutableRawPointer
  ) {
    unsafe bytes.withUnsafeBytes { source in
      guard let base = source.baseAddress else { return }
      let lastStride = source.count &- stride
      var output = unsafe destination
      for index in slices.indices {
        let slice = slices[index]
        if slice.isNull { continue }
        let start = Int(slice.start) &+ skipping
        let count = Int(slice.count) &- skipping
        // Safety: `check` saw each slice, and the destination has room for all and a stride more.
        if count <= stride && start <= lastStride {
          let block = unsafe (base + start).loadUnaligned(as: SIMD32<UInt8>.self)
          unsafe output.storeBytes(of: block, as: SIMD32<UInt8>.self)
        } else {
          unsafe output.copyMemory(from: base + start, byteCount: count)
        }
        unsafe output += count
      }
    }
  }

  /// Appends lists by their numbers of elements, for which ``appendValidity(_:)`` is owed.
  ///
  /// - Parameter counts: How many elements each list has; 0 for nulls.
  /// - Throws: ``ColumnError/tooLarge``; the builder is then as before.
  /// - Precondition: No count is negative.
  public mutating func append(listCounts counts: Span<Int32>) throws(ColumnError) {
    var total = 0
    for index in counts.indices {
      precondition(counts[index] >= 0, "a list has no negative number of elements")
      total += Int(counts[index])
    }
    guard end + total <= Int(Int32.max) else { throw .tooLarge }
    beginOffsets()
    for index in counts.indices {
      end += Int(counts[index])
      offsets.append(Int32(truncatingIfNeeded: end))
    }
    placed += counts.count
  }

  private mutating func beginOffsets() {
    if offsets.count == 0 { offsets.append(Int32(0)) }
  }

  /// Ends the column and is empty again.
  ///
  /// - Parameter elements: The elements of lists.
  /// - Returns: The column.
  /// - Throws: ``ColumnError/invalidText(row:)``; the builder is then empty too.
  /// - Precondition: The validity of all values was told, and lists have their elements.
  /// - Complexity: O(bytes of texts), otherwise O(1)
  public mutating func finish(elements: ColumnArray? = nil) throws(ColumnError) -> ColumnArray {
    precondition(placed == validity.count, "values without validity, or the other way round")
    precondition((elements?.count ?? 0) == (elements == nil ? 0 : end), "elements are missing")
    let count = validity.count
    let (bitmap, nullCount) = validity.finish()
    if type.hasOffsets { beginOffsets() }
    let array = ColumnArray(
      type: type,
      count: count,
      nullCount: nullCount,
      validity: bitmap,
      offsets: type.hasOffsets ? offsets.finish() : nil,
      values: type == .boolean ? bits.finish() : elements == nil ? values.finish() : nil,
      elements: elements
    )
    end = 0
    placed = 0
    if let row = array.firstInvalidText { throw .invalidText(row: row) }
    return array
  }
}
