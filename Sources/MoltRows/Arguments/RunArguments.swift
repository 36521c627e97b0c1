public import MoltMessagePack

/// What one run of a statement supplies: SQL parameters and the envelope's values.
///
/// `93 07 A3 4A 46 4B C3` cannot be one: the encoding is an array of exactly two arrays, here
///
///     92                 an array of 2
///       92 A3 4A 46 4B   parameters: "JFK",
///          CD 03 E8                  1000
///       90               envelope: nothing
///
/// Source: "Arguments of a run" in `docs/formats/shape.md`.
public struct RunArguments: Equatable, Sendable {
  /// One value per `?` of the SQL, in order.
  public var parameters: [RunValue]
  /// One value per name in the envelope's `before`, then `after`.
  public var envelope: [RunValue]

  /// Creates arguments from values.
  ///
  /// - Parameters:
  ///   - parameters: One value per `?` of the SQL.
  ///   - envelope: One value per named field of the envelope.
  public init(parameters: [RunValue] = [], envelope: [RunValue] = []) {
    self.parameters = parameters
    self.envelope = envelope
  }

  /// Decodes the MessagePack form.
  ///
  /// - Parameter bytes: Exactly one array of two arrays.
  /// - Throws: ``MessagePackError`` with the offset of what is malformed or of another kind.
  /// - Complexity: O(bytes)
  public init(decoding bytes: Span<UInt8>) throws(MessagePackError) {
    var reader = MessagePackReader(bytes)
    let count = try reader.readArrayCount()
    guard count == 2 else { throw .outOfRange(offset: 0) }
    self.parameters = try Self.values(from: &reader)
    self.envelope = try Self.values(from: &reader)
    guard reader.isAtEnd else { throw .outOfRange(offset: reader.offset) }
  }

  private static func values(
    from reader: inout MessagePackReader
  ) throws(MessagePackError) -> [RunValue] {
    let count = try reader.readArrayCount()
    var values: [RunValue] = []
    values.reserveCapacity(count)
    for _ in 0..<count { values.append(try RunValue(from: &reader)) }
    return values
  }
}

/// One value that a run supplies.
public enum RunValue: Equatable, Sendable {
  /// SQL NULL, JSON null.
  case null
  /// Bound as 0 or 1; written as a boolean in an envelope.
  case boolean(Bool)
  /// A signed 64-bit integer.
  case integer(Int64)
  /// A double.
  case float(Double)
  /// UTF-8 text, already validated.
  case text([UInt8])
  /// Bytes; not allowed in an envelope.
  case binary([UInt8])

  init(from reader: inout MessagePackReader) throws(MessagePackError) {
    let offset = reader.offset
    switch try reader.peekKind() {
    case .nil:
      try reader.readNil()
      self = .null
    case .boolean: self = .boolean(try reader.readBoolean())
    case .integer: self = .integer(try reader.readInt64())
    case .float: self = .float(try reader.readDouble())
    case .text: self = .text(Self.copy(try reader.readText()))
    case .binary: self = .binary(Self.copy(try reader.readBinary()))
    case .array, .map, .extension: throw .outOfRange(offset: offset)
    }
  }

  private static func copy(_ bytes: Span<UInt8>) -> [UInt8] {
    [UInt8](capacity: bytes.count) { output in
      for index in bytes.indices { output.append(bytes[index]) }
    }
  }
}
