import MoltBytes
import MoltMessagePack
import MoltRows

/// The entry of libFuzzer: every input is taken for a shape, and behind it for the cells of rows.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzShape(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // A copy of exactly this size, so that AddressSanitizer sees a read past its end.
  let input = Array(UnsafeBufferPointer(start: start, count: count))
  checkArguments(input)
  checkShape(input)
  return 0
}

func checkArguments(_ input: [UInt8]) {
  do { _ = try RunArguments(decoding: input.span) } catch {
    precondition(error.offset >= 0 && error.offset <= input.count, "the offset is inside")
    precondition(!error.message.isEmpty)
  }
}

func checkShape(_ input: [UInt8]) {
  let shapeCount = firstValueCount(input)
  let head = Array(input[..<shapeCount])
  let shape: Shape
  do { shape = try Shape(decoding: head.span) } catch {
    precondition(error.offset >= 0 && error.offset <= input.count, "the offset is inside")
    precondition(!error.message.isEmpty)
    return
  }
  // Wide rows only make the fuzzer slow.
  guard shape.columnCount <= 64 else { return }
  writeRows(shape, from: Array(input[shapeCount...]))
}

/// How many bytes the first MessagePack value takes; all of them if it is malformed.
func firstValueCount(_ input: [UInt8]) -> Int {
  var reader = MessagePackReader(input.span)
  do {
    try reader.skipValue()
    return reader.offset
  } catch {
    return input.count
  }
}

/// Writes rows whose cells are cut from the rest of the input.
func writeRows(_ shape: Shape, from bytes: [UInt8]) {
  let envelope = [RunValue](repeating: .null, count: shape.envelope?.valueCount ?? 0)
  var writer = RowWriter(RowProgram(shape))
  var output = ByteWriter(capacity: 1)
  do {
    try writer.begin(envelope: envelope, into: &output)
    try bytes.withUnsafeBytes { bytes in
      var source = CellSource(bytes)
      for _ in 0..<3 {
        let cells = (0..<shape.columnCount).map { _ in source.next() }
        try writer.append(cells.span, into: &output)
      }
    }
  } catch { return }
  writer.end(into: &output)
  precondition(writer.rowCount == 3)
}

/// Cuts cells from bytes: a byte chooses the kind, the next ones are the value.
struct CellSource {
  private var rest: Slice<UnsafeRawBufferPointer>

  init(_ bytes: UnsafeRawBufferPointer) { rest = bytes[...] }

  mutating func next() -> Cell {
    guard let kind = rest.popFirst() else { return .null }
    switch kind % 5 {
    case 0: return .null
    case 1: return .integer(Int64(truncatingIfNeeded: word()))
    case 2: return .float(Double(bitPattern: word()))
    case 3: return .text(run())
    default: return .blob(run())
    }
  }

  private mutating func word() -> UInt64 {
    var value: UInt64 = 0
    for _ in 0..<8 { value = value << 8 | UInt64(rest.popFirst() ?? 0) }
    return value
  }

  private mutating func run() -> CellBytes {
    let count = min(Int(rest.popFirst() ?? 0) % 48, rest.count)
    let bytes = UnsafeRawBufferPointer(rebasing: rest.prefix(count))
    rest = rest.dropFirst(count)
    return CellBytes(start: bytes.baseAddress, count: count)
  }
}
