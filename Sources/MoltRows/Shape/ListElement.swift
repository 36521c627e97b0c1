public import MoltScalars

/// How the elements of a list are written: a ``ColumnFormat`` that is not itself a list.
///
/// A format of its own, because one that could hold itself would no longer be a plain value that
/// is copied for every cell without counting references.
public enum ListElement: Equatable, Sendable {
  /// See ``ColumnFormat/asStored``.
  case asStored
  /// See ``ColumnFormat/textCast``.
  case textCast
  /// See ``ColumnFormat/integerCast``.
  case integerCast
  /// See ``ColumnFormat/floatCast``.
  case floatCast
  /// See ``ColumnFormat/boolean``.
  case boolean
  /// See ``ColumnFormat/decimal(_:keepsIntegers:)``.
  case decimal(DecimalFormat)
  /// See ``ColumnFormat/date``.
  case date
  /// See ``ColumnFormat/time(_:)``.
  case time(TimeNotation)
  /// See ``ColumnFormat/dateTime(_:isUTC:)``.
  case dateTime(DateTimeNotation, isUTC: Bool)
  /// See ``ColumnFormat/localDateTime(_:_:)``.
  case localDateTime(DateTimeNotation, LocalReading)
  /// See ``ColumnFormat/duration(_:)``.
  case duration(DurationNotation)
  /// See ``ColumnFormat/uuid``.
  case uuid
  /// See ``ColumnFormat/json(isPath:)``.
  case json
  /// See ``ColumnFormat/binary``.
  case binary

  /// Whether Python converts the elements one by one, and does not take them as the driver has them.
  var isConverted: Bool {
    switch self {
    case .json, .textCast, .integerCast, .floatCast: true
    default: false
    }
  }

  /// The element's format; nil for a list, and for what only an expression's column can be.
  init?(_ format: ColumnFormat) {
    switch format {
    case .asStored: self = .asStored
    case .textCast: self = .textCast
    case .integerCast: self = .integerCast
    case .floatCast: self = .floatCast
    case .boolean: self = .boolean
    case .decimal(let format, _): self = .decimal(format)
    case .date: self = .date
    case .time(let notation): self = .time(notation)
    case .dateTime(let notation, let isUTC): self = .dateTime(notation, isUTC: isUTC)
    case .localDateTime(_, .cast): return nil
    case .localDateTime(let notation, let reading): self = .localDateTime(notation, reading)
    case .duration(let notation): self = .duration(notation)
    case .uuid: self = .uuid
    case .json: self = .json
    case .binary: self = .binary
    case .dateCast, .timeCast, .dateTimeCast, .list: return nil
    }
  }

  /// The format of one element.
  public var format: ColumnFormat {
    switch self {
    case .asStored: .asStored
    case .textCast: .textCast
    case .integerCast: .integerCast
    case .floatCast: .floatCast
    case .boolean: .boolean
    case .decimal(let format): .decimal(format, keepsIntegers: false)
    case .date: .date
    case .time(let notation): .time(notation)
    case .dateTime(let notation, let isUTC): .dateTime(notation, isUTC: isUTC)
    case .localDateTime(let notation, let reading): .localDateTime(notation, reading)
    case .duration(let notation): .duration(notation)
    case .uuid: .uuid
    case .json: .json(isPath: false)
    case .binary: .binary
    }
  }
}
