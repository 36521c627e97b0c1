public import MoltScalars

/// What a point in time has to do with the clocks of the shape's zone.
public enum LocalReading: Equatable, Sendable {
  /// An aware value: what the clocks show, and how far they are from UTC.
  case aware
  /// A naive one: what the clocks show. A value that is naive already stays as it is.
  case naive
  /// A naive value that the clocks show, made aware: their distance from UTC is added.
  case cast
}

/// How one column is stored and written.
///
/// Source: the table of types in `docs/formats/shape.md`.
public enum ColumnFormat: Equatable, Sendable {
  /// Whatever the cell holds. The declared types integer, float and text read the same, because
  /// SQLite is dynamically typed and Django passes on what it finds.
  case asStored
  /// Text only.
  case textCast
  /// A number cut to an integer, as Python's `int()`.
  case integerCast
  /// A number as a float, as Python's `float()`.
  case floatCast
  /// 0 or 1 as false or true.
  case boolean
  /// A Decimal the way Django reads it from SQLite. Django 6.1 keeps integers exact; earlier
  /// versions round them to 15 significant digits like floats.
  case decimal(DecimalFormat, keepsIntegers: Bool)
  /// A calendar date.
  case date
  /// A time of day.
  case time(TimeNotation)
  /// A point in time, aware (UTC) or naive.
  case dateTime(DateTimeNotation, isUTC: Bool)
  /// A point in time by the clocks of the shape's zone.
  case localDateTime(DateTimeNotation, LocalReading)
  /// Microseconds as a duration.
  case duration(DurationNotation)
  /// 32 hexadecimal digits.
  case uuid
  /// A JSON document, embedded. A path's value may also be stored as a number.
  case json(isPath: Bool)
  /// Bytes.
  case binary
  /// A calendar date, or that of a point in time in UTC, as Python's `value.date()`.
  case dateCast
  /// A time of day, or that of a point in time in UTC, as Python's `value.time()`.
  case timeCast(TimeNotation)
  /// A point in time, aware (UTC) or made so.
  case dateTimeCast(DateTimeNotation)
  /// A list of elements, in lists nested as deep as given, 1 for a plain one. How deep they really
  /// are, the value says; only documents as elements must be where the model expects them.
  case list(ListElement, depth: UInt8)

  /// Whether the shape's zone is needed to write it.
  var needsZone: Bool {
    switch self {
    case .localDateTime, .list(.localDateTime, _): true
    default: false
    }
  }
}
