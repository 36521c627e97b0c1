public import MoltBytes

extension ByteWriter {
  /// Appends `Bind`, which makes a portal of a statement and values.
  ///
  /// - Parameters:
  ///   - portal: The portal's name; empty for the unnamed one.
  ///   - statement: The statement's name.
  ///   - parameters: The values.
  ///   - resultFormats: How the columns are to be written.
  /// - Precondition: There are at most 65,535 parameters and formats.
  /// - Complexity: O(bytes of the values): they are copied in one block
  public mutating func appendPostgresBind(
    portal: Span<UInt8>,
    statement: Span<UInt8>,
    _ parameters: borrowing BindParameters,
    _ resultFormats: PostgresResultFormats = .binary
  ) {
    append(UInt8(ascii: "B"))
    let start = count
    appendBigEndian(0 as UInt32)
    appendTerminated(portal)
    appendTerminated(statement)
    appendBindTail(parameters, resultFormats)
    overwrite(UInt32(count - start), at: start)
  }

  /// Appends what follows the names in a `Bind`.
  mutating func appendBindTail(
    _ parameters: borrowing BindParameters,
    _ resultFormats: PostgresResultFormats
  ) {
    parameters.appendFormatCodes(to: &self)
    appendBigEndian(UInt16(parameters.count))
    append(parameters.values)
    switch resultFormats {
    case .binary: appendBigEndian(0x0001_0001 as UInt32)
    case .text: appendBigEndian(0x0001_0000 as UInt32)
    case .columns(let formats):
      appendBigEndian(UInt16(formats.count))
      for format in formats { appendBigEndian(UInt16(format.rawValue)) }
    }
  }

  /// Appends a `Bind` to the unnamed portal whose part after the names exists already.
  mutating func appendBind(statement: Span<UInt8>, tail: Span<UInt8>) {
    append(UInt8(ascii: "B"))
    appendBigEndian(UInt32(4 + 1 + statement.count + 1 + tail.count))
    append(0)
    appendTerminated(statement)
    append(tail)
  }
}

extension BindParameters {
  /// How many bytes follow the names in a `Bind` with these parameters.
  func tailByteCount(_ resultFormats: PostgresResultFormats) -> Int {
    let formats = if case .columns(let formats) = resultFormats { formats.count } else { 1 }
    return formatCodesByteCount + 2 + values.count + 2 + 2 * formats
  }
}
