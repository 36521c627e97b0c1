public import MoltBytes
public import MoltRows
internal import MoltScalars

/// How the values of a run become the parameters of a statement.
///
/// Django writes its parameters into the SQL as literals, whose types PostgreSQL finds without
/// looking at the column they are compared with: `123` is an integer, `1.5` a numeric, and only a
/// text in quotation marks takes the type that its place asks for. A parameter always takes that
/// type. So a value is sent only where both come to the same, otherwise Python has to answer.
public enum PostgresParameter {
  /// In which format a value is sent: 1 for binary, 0 for text.
  ///
  /// - Parameter value: A value of a run.
  /// - Returns: The format's code.
  public static func format(of value: RunValue) -> Int16 {
    if case .binary = value { 1 } else { 0 }
  }

  /// Whether a value can stand for a parameter of a type; see the type's description.
  ///
  /// - Parameters:
  ///   - value: A value of a run.
  ///   - oid: The parameter's type, from the parameter description.
  /// - Returns: False where the run has to be left to Python.
  /// - Complexity: O(bytes of a text)
  public static func fits(_ value: RunValue, oid: UInt32) -> Bool {
    switch value {
    case .null: true
    case .boolean: oid == 16
    case .integer(let value): fits(value, oid)
    case .float(let value): oid == 701 || oid == 1700 && value.isFinite
    // PostgreSQL's texts end at a zero byte, and psycopg raises.
    case .text(let bytes): !bytes.contains(0)
    case .binary: oid == 17
    }
  }

  /// Whether an integer is the same number as a literal and as a parameter.
  private static func fits(_ value: Int64, _ oid: UInt32) -> Bool {
    switch oid {
    case 20, 1700, 701: true
    case 23: Int32(exactly: value) != nil
    case 21: Int16(exactly: value) != nil
    case 26: UInt32(exactly: value) != nil
    default: false
    }
  }
}

extension ByteWriter {
  /// Appends a parameter as a Bind message has it: its length in four bytes, -1 for NULL, then its
  /// bytes.
  ///
  /// - Parameters:
  ///   - value: A value of a run.
  ///   - oid: The parameter's type, from the parameter description.
  ///   - index: The parameter's number, from 0, for the error.
  /// - Throws: ``PostgresValueError/unsupportedParameter(index:oid:)``, with nothing written, when
  ///   ``PostgresParameter/fits(_:oid:)`` is false or the value is longer than 2 GiB.
  /// - Complexity: O(bytes)
  public mutating func appendPostgresParameter(
    _ value: RunValue,
    oid: UInt32,
    index: Int
  ) throws(PostgresValueError) {
    guard PostgresParameter.fits(value, oid: oid) else {
      throw .unsupportedParameter(index: index, oid: oid)
    }
    let start = count
    for _ in 0..<4 { append(0xFF) }
    if case .null = value { return }
    appendPostgresBytes(of: value)
    guard let byteCount = Int32(exactly: count - start - 4) else {
      truncate(to: start)
      throw .unsupportedParameter(index: index, oid: oid)
    }
    overwrite(UInt32(bitPattern: byteCount), at: start)
  }

  /// Appends the bytes of a parameter without their length; nothing for NULL.
  ///
  /// - Parameter value: A value that ``PostgresParameter/fits(_:oid:)`` allows; its format is
  ///   ``PostgresParameter/format(of:)``.
  /// - Complexity: O(bytes)
  public mutating func appendPostgresBytes(of value: RunValue) {
    switch value {
    case .null: break
    case .boolean(let value): append(value ? 0x74 : 0x66)
    case .integer(let value): appendDecimal(value)
    case .float(let value): appendPostgresText(value)
    case .text(let bytes), .binary(let bytes): append(bytes.span)
    }
  }

  private mutating func appendPostgresText(_ value: Double) {
    if value.isFinite { return appendPythonRepr(value) }
    append(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
  }
}
