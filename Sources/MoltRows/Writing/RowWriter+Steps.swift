internal import MoltBytes
internal import MoltJSON

/// Writes a cell that is not NULL; false where Python's bytes would differ or it would raise.
typealias CellWriter = (Cell, ColumnFormat, inout JSONReencoder, inout ByteWriter) -> Bool

/// Writes one row step by step.
///
/// Inlined into the three styles' loops, so that each has its own copy with the cell writer known
/// at compile time.
///
/// - Parameters:
///   - program: The steps.
///   - row: At least as many cells as the program's columns.
///   - rowIndex: The row's number, from 0.
///   - reencoder: The answer's scratch memory for JSON documents.
///   - output: Where the answer goes.
///   - null: Writes what stands for NULL.
///   - write: Writes a cell that is not NULL.
/// - Throws: ``RowError/unsupportedValue(row:column:)`` when `write` could not.
@inline(__always)
func appendSteps(
  _ program: borrowing RowProgram,
  _ row: Span<Cell>,
  index rowIndex: UInt64,
  _ reencoder: inout JSONReencoder,
  into output: inout ByteWriter,
  null: (inout ByteWriter) -> Void,
  _ write: CellWriter
) throws(RowError) {
  let steps = program.steps.span
  let literals = program.literals.span
  var index = 0
  var skipped = rowIndex == 0 ? program.separatorCount : 0
  while index < steps.count {
    let step = steps[index]
    index &+= 1
    output.appendLiteral(
      literals,
      offset: step.literalOffset &+ skipped,
      count: step.literalCount &- skipped
    )
    skipped = 0
    switch step.action {
    case .proceed: continue
    case .cell(let format):
      let cell = row[step.column]
      if case .null = cell {
        null(&output)
      } else if !write(cell, format, &reencoder, &output) {
        throw .unsupportedValue(row: rowIndex, column: step.column)
      }
    case .nullOr(let skipTo):
      guard case .null = row[step.column] else { continue }
      null(&output)
      index = skipTo
    }
  }
}

extension ByteWriter {
  /// Copies a literal in blocks of 16 bytes, past its end into the reserved room.
  ///
  /// - Precondition: ``RowProgram/padding`` bytes follow the literal.
  @inline(__always)
  mutating func appendLiteral(_ literals: Span<UInt8>, offset: Int, count: Int) {
    precondition(offset >= 0 && count >= 0 && offset + count + 16 <= literals.count)
    // Safety: the precondition keeps every load inside `literals`, and stores reach less than 16
    // bytes past `count`, which is reserved.
    unsafe literals.withUnsafeBytes { source in
      unsafe append(reserving: count &+ 16) { target in
        var copied = 0
        repeat {
          let block = unsafe source.loadUnaligned(
            fromByteOffset: offset &+ copied,
            as: SIMD16<UInt8>.self
          )
          unsafe UnsafeMutableRawPointer(target)
            .storeBytes(of: block, toByteOffset: copied, as: SIMD16<UInt8>.self)
          copied &+= 16
        } while copied < count
        return count
      }
    }
  }
}
