import CMoltArrow
import MoltColumns
import MoltErrors
import Synchronization
import Testing

/// Answers the numbers 0, 1, 2, … in batches, then perhaps an error.
private final class Numbers: ColumnBatchSource {
  let fields = [
    ColumnField(name: "number", type: .int64),
    ColumnField(name: "list", type: .list(.text)),
    ColumnField(name: "key", type: .uuid),
  ]
  static let closed = Mutex(0)
  private var left: Int
  private let failure: MoltError?

  init(batches: Int, failure: MoltError? = nil) {
    left = batches
    self.failure = failure
  }

  func nextBatch() throws(MoltError) -> ColumnBatch? {
    guard left > 0 else {
      if let failure { throw failure }
      return nil
    }
    left -= 1
    do throws(ColumnError) { return try batch() } catch { throw MoltError(.internal, "\(error)") }
  }

  private func batch() throws(ColumnError) -> ColumnBatch {
    var numbers = ColumnBuilder(.int64)
    numbers.append(Int64.self, count: 2) { output in
      output.append(5)
      output.append(0)
    }
    numbers.appendValidity(bits: 0b01, count: 2)
    var texts = ColumnBuilder(.text)
    let bytes = Array("abc".utf8)
    let slices = [ByteSlice(start: 0, count: 3), .null]
    try texts.append(slices.span, in: bytes.span)
    var lists = ColumnBuilder(.list(.text))
    try lists.append(listCounts: [2, 0].span)
    lists.appendValidity(bits: 0b11, count: 2)
    var keys = ColumnBuilder(.uuid)
    keys.append(UInt128.self, count: 2) { output in for _ in 0..<2 { output.append(1) } }
    keys.appendValidity(bits: 0b11, count: 2)
    let list = try lists.finish(elements: try texts.finish())
    return ColumnBatch(rowCount: 2, columns: [try numbers.finish(), list, try keys.finish()])
  }

  func close() { Self.closed.withLock { $0 += 1 } }
}

extension ArrowArrayStream {
  /// The functions are read before they get the stream that they are read from.
  fileprivate mutating func schema(_ schema: inout ArrowSchema) -> Int32? {
    let call = get_schema
    return call?(&self, &schema)
  }

  fileprivate mutating func next(_ array: inout ArrowArray) -> Int32? {
    let call = get_next
    return call?(&self, &array)
  }

  fileprivate mutating func lastError() -> String? {
    let call = get_last_error
    return call?(&self).map { String(cString: $0) }
  }

  fileprivate mutating func free() {
    let call = release
    call?(&self)
  }
}

extension ArrowArray {
  fileprivate mutating func free() {
    let call = release
    call?(&self)
  }
}

@Suite("The C stream interface", .serialized)
struct ArrowStreamTests {
  private static func stream(_ source: Numbers) -> ArrowArrayStream {
    var stream = ArrowArrayStream()
    withUnsafeMutablePointer(to: &stream) { ArrowStream.export(source, to: $0) }
    return stream
  }

  @Test("a schema says what the columns are")
  func schema() throws {
    var stream = Self.stream(Numbers(batches: 0))
    var schema = ArrowSchema()
    #expect(stream.schema(&schema) == 0)
    #expect(String(cString: schema.format) == "+s")
    #expect(schema.n_children == 3)
    let children = (0..<3).compactMap { schema.children?[$0]?.pointee }
    #expect(children.map { String(cString: $0.format) } == ["l", "+l", "w:16"])
    #expect(children.map { String(cString: $0.name) } == ["number", "list", "key"])
    #expect(children.allSatisfy { $0.flags == Int64(ARROW_FLAG_NULLABLE) })
    let item = try #require(children[1].children?[0]?.pointee)
    #expect(String(cString: item.format) == "u")
    let metadata = try #require(children[2].metadata)
    let bytes = UnsafeRawBufferPointer(start: metadata, count: 4 + 4 + 20 + 4 + 10)
    #expect(bytes.loadUnaligned(as: Int32.self) == 2)
    #expect(String(decoding: bytes.suffix(10), as: UTF8.self) == "arrow.uuid")
    let release = schema.release
    release?(&schema)
    #expect(schema.release == nil)
    stream.free()
  }

  @Test("batches outlive their stream, and moved children their parent")
  func ownership() throws {
    var stream = Self.stream(Numbers(batches: 1))
    var array = ArrowArray()
    #expect(stream.next(&array) == 0)
    let before = Numbers.closed.withLock { $0 }
    stream.free()
    #expect(stream.release == nil)
    #expect(Numbers.closed.withLock { $0 } == before + 1)
    #expect(array.length == 2 && array.n_children == 3 && array.n_buffers == 1)
    // The first column is moved out, as the interface allows.
    var moved = try #require(array.children?[0]?.pointee)
    array.children?[0]?.pointee.release = nil
    array.free()
    #expect(array.release == nil)
    #expect(moved.null_count == 1)
    let values = moved.buffers?[1]?.assumingMemoryBound(to: Int64.self)
    #expect(values?[0] == 5)
    moved.free()
    #expect(moved.release == nil)
  }

  @Test("the end is an array without release, and an error has its sentence")
  func ends() throws {
    var stream = Self.stream(Numbers(batches: 0))
    var array = ArrowArray()
    for _ in 0..<2 {
      #expect(stream.next(&array) == 0)
      #expect(array.release == nil)
    }
    #expect(stream.lastError() == nil)
    stream.free()
    stream = Self.stream(Numbers(batches: 0, failure: MoltError(.timeout, "too late")))
    for _ in 0..<2 { #expect(stream.next(&array) == 110) }
    #expect(stream.lastError() == "timeout: too late")
    stream.free()
  }
}
