internal import MoltBytes
internal import MoltScalars

extension ByteWriter {
  /// Writes a value whose type the database knows, without quotation marks.
  ///
  /// - Returns: False where it is not of the type that the format expects, or where Python has no
  ///   such value; the output then holds nothing of it.
  @inline(never)
  mutating func appendFormattedValue(
    _ cell: Cell,
    _ format: ColumnFormat,
    _ zone: borrowing ZoneOffsets?
  ) -> Bool {
    switch (format, cell) {
    case (.dateTime(let notation, isUTC: true), .timestampUTC(let microseconds)):
      return appendDateTime(microseconds: microseconds, notation, isUTC: true)
    case (.dateTime(let notation, isUTC: false), .timestamp(let microseconds)):
      return appendDateTime(microseconds: microseconds, notation, isUTC: false)
    case (.localDateTime(let notation, let reading), _):
      return appendLocal(cell, notation, reading, zone)
    case (.decimal(let format, _), .numeric(let bytes)): return appendNumeric(bytes, format)
    case (.date, .date(let days)): return appendDate(days: days)
    case (.time(let notation), .timeOfDay(let microseconds)):
      return appendTime(microseconds: microseconds, notation)
    case (.duration(let notation), .interval(let bytes)):
      guard let duration = Cell.interval(bytes)?.totalMicroseconds else { return false }
      appendDuration(microseconds: duration, notation)
      return true
    case (.uuid, .uuid(let bytes)): return appendUUID(bytes: bytes.span)
    default: return appendCast(cell, format)
    }
  }

  /// Writes a point in time by the clocks of a zone.
  private mutating func appendLocal(
    _ cell: Cell,
    _ notation: DateTimeNotation,
    _ reading: LocalReading,
    _ zone: borrowing ZoneOffsets?
  ) -> Bool {
    guard let zone = copy zone else { return false }
    switch (reading, cell) {
    case (.aware, .timestampUTC(let moment)):
      return appendDateTime(microseconds: moment, notation, in: zone, showsOffset: true)
    case (.naive, .timestampUTC(let moment)):
      return appendDateTime(microseconds: moment, notation, in: zone, showsOffset: false)
    case (.naive, .timestamp(let moment)):
      return appendDateTime(microseconds: moment, notation, isUTC: false)
    case (.cast, .timestamp(let moment)):
      return appendDateTime(localMicroseconds: moment, notation, in: zone)
    default: return false
    }
  }

  /// Writes what a `Trunc` function makes of the value that the database computed.
  @inline(never)
  mutating func appendCast(_ cell: Cell, _ format: ColumnFormat) -> Bool {
    switch (format, cell) {
    case (.dateCast, .text(let text)): appendDate(text.span)
    case (.timeCast(let notation), .text(let text)): appendTime(text.span, notation)
    case (.dateTimeCast(let notation), .text(let text)):
      appendDateTime(text.span, notation, isUTC: true)
    case (.dateCast, .date(let days)): appendDate(days: days)
    case (.dateCast, .timestamp(let moment)), (.dateCast, .timestampUTC(let moment)):
      appendDate(ofMicroseconds: moment)
    case (.timeCast(let notation), .timeOfDay(let time)): appendTime(microseconds: time, notation)
    case (.timeCast(let notation), .timestamp(let moment)),
      (.timeCast(let notation), .timestampUTC(let moment)):
      appendTime(ofMicroseconds: moment, notation)
    case (.dateTimeCast(let notation), .timestamp(let moment)),
      (.dateTimeCast(let notation), .timestampUTC(let moment)):
      appendDateTime(microseconds: moment, notation, isUTC: true)
    default: false
    }
  }

  /// Writes a value of either kind that is written as text.
  mutating func appendFormattedCell(
    _ cell: Cell,
    _ format: ColumnFormat,
    _ zone: borrowing ZoneOffsets?
  ) -> Bool {
    cell.isTyped
      ? appendFormattedValue(cell, format, zone) : appendFormatted(cell, format, zone)
  }

  /// Writes a `numeric`, which neither Django nor DRF change if it has the places they expect.
  ///
  /// Otherwise DRF's serializer rounds it, and `values()` does not: Python has to answer.
  private mutating func appendNumeric(_ bytes: CellBytes, _ format: DecimalFormat) -> Bool {
    guard let number = PostgresNumeric(bytes.span) else { return false }
    if let places = format.places {
      switch number.kind {
      case .infinite: return false
      case .notANumber: break
      case .finite:
        guard number.places == places, number.digitCount <= format.digits ?? 28 else {
          return false
        }
      }
    }
    appendNumeric(number, isPlain: format.isPlain)
    return true
  }
}

extension ColumnFormat {
  /// How a style's encoder writes a value that comes as the driver made it; nil for those that it
  /// does not write as text.
  init?(of cell: Cell, in style: OutputStyle) {
    switch cell {
    case .numeric: self = .decimal(DecimalFormat(), keepsIntegers: false)
    case .date: self = .date
    case .timeOfDay: self = .time(style == .drf || style == .csv ? .iso : .django)
    case .timestamp: self = .dateTime(DateTimeNotation(style), isUTC: false)
    case .timestampUTC: self = .dateTime(DateTimeNotation(style), isUTC: true)
    case .interval: self = .duration(DurationNotation(style))
    case .uuid: self = .uuid
    case .null, .integer, .float, .text, .blob, .boolean, .json, .array: return nil
    }
  }
}

extension DateTimeNotation {
  /// `DjangoJSONEncoder`'s, DRF's encoder's or `csv.writer`'s.
  fileprivate init(_ style: OutputStyle) {
    switch style {
    case .django, .compact, .messagepack: self = .django
    case .drf: self = .iso
    case .csv: self = .python
    }
  }
}

extension DurationNotation {
  /// `DjangoJSONEncoder`'s, DRF's encoder's or `csv.writer`'s.
  fileprivate init(_ style: OutputStyle) {
    switch style {
    case .django, .compact, .messagepack: self = .iso
    case .drf: self = .seconds
    case .csv: self = .python
    }
  }
}
