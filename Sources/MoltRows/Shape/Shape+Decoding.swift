internal import MoltMessagePack
internal import MoltScalars

extension Shape {
  /// Decodes the MessagePack form of `docs/formats/shape.md`, version 1.
  ///
  /// - Parameters:
  ///   - bytes: Exactly one shape.
  ///   - limits: How large it may be.
  /// - Throws: ``ShapeError`` with the offset of the first thing that is wrong.
  /// - Complexity: O(bytes)
  public init(decoding bytes: Span<UInt8>, limits: ShapeLimits = ShapeLimits()) throws(ShapeError) {
    guard bytes.count <= limits.byteCount else {
      throw ShapeError(reason: .tooLarge("bytes"), offset: limits.byteCount)
    }
    var decoder = ShapeDecoder(bytes, limits: limits)
    self = try decoder.decode()
  }
}

/// Reads a shape, one method per kind of map.
private struct ShapeDecoder: ~Escapable {
  var reader: MessagePackReader
  let limits: ShapeLimits
  var fieldCount = 0

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, limits: ShapeLimits) {
    self.reader = MessagePackReader(bytes)
    self.limits = limits
  }

  @_lifetime(self: copy self)
  mutating func decode() throws(ShapeError) -> Shape {
    var version: Int64?
    var style: OutputStyle?
    var layout: RowLayout?
    var envelope: Envelope?
    var hasHeader = false
    var fields: [Field]?
    var zone: ZoneOffsets?
    var parameterTypes: [UInt32] = []
    var objectTypes: [UInt32] = []
    let start = reader.offset
    for _ in 0..<(try mapCount()) {
      let keyOffset = reader.offset
      switch try text() {
      case "version": version = try integer()
      case "style": style = OutputStyle(rawValue: try text())
      case "layout": layout = RowLayout(rawValue: try text())
      case "header": hasHeader = try boolean()
      case "envelope": envelope = try isNil() ? nil : decodeEnvelope()
      case "zone": zone = try isNil() ? nil : decodeZone()
      case "parameters": parameterTypes = try decodeTypes("parameters")
      case "objects": objectTypes = try decodeTypes("objects")
      case "fields": fields = try decodeFields(depth: 0)
      default: throw ShapeError(reason: .unknownKey, offset: keyOffset)
      }
    }
    guard reader.isAtEnd else { throw ShapeError(reason: .trailingBytes, offset: reader.offset) }
    guard version == 1 else { throw ShapeError(reason: .badValue(of: "version"), offset: start) }
    guard let style else { throw ShapeError(reason: .badValue(of: "style"), offset: start) }
    guard let layout else { throw ShapeError(reason: .badValue(of: "layout"), offset: start) }
    guard let fields else { throw ShapeError(reason: .missingKey("fields"), offset: start) }
    var shape = Shape(style: style, layout: layout, fields: fields)
    shape.envelope = envelope
    shape.hasHeader = hasHeader
    shape.zone = zone
    shape.parameterTypes = parameterTypes
    shape.objectTypes = objectTypes
    if zone == nil && fields.contains(where: \.needsZone) {
      throw ShapeError(reason: .missingKey("zone"), offset: start)
    }
    guard shape.layoutFits else { throw ShapeError(reason: .layoutMismatch, offset: start) }
    return shape
  }

  @_lifetime(self: copy self)
  private mutating func decodeEnvelope() throws(ShapeError) -> Envelope {
    var before: [String] = []
    var rows: String?
    var after: [String] = []
    let start = reader.offset
    for _ in 0..<(try mapCount()) {
      let keyOffset = reader.offset
      switch try text() {
      case "before": before = try names()
      case "rows": rows = try name()
      case "after": after = try names()
      default: throw ShapeError(reason: .unknownKey, offset: keyOffset)
      }
    }
    guard let rows else { throw ShapeError(reason: .missingKey("rows"), offset: start) }
    return Envelope(before: before, rows: rows, after: after)
  }

  @_lifetime(self: copy self)
  private mutating func decodeTypes(_ key: StaticString) throws(ShapeError) -> [UInt32] {
    let start = reader.offset
    var types: [UInt32] = []
    for _ in 0..<(try arrayCount()) {
      guard let type = UInt32(exactly: try integer()) else {
        throw ShapeError(reason: .badValue(of: key), offset: start)
      }
      types.append(type)
    }
    return types
  }

  @_lifetime(self: copy self)
  private mutating func decodeZone() throws(ShapeError) -> ZoneOffsets {
    var starts: [Int64] = []
    var offsets: [Int32] = []
    var end: Int64?
    let start = reader.offset
    for _ in 0..<(try mapCount()) {
      let keyOffset = reader.offset
      switch try text() {
      case "starts": for _ in 0..<(try arrayCount()) { starts.append(try integer()) }
      case "offsets":
        for _ in 0..<(try arrayCount()) { offsets.append(Int32(clamping: try integer())) }
      case "end": end = try integer()
      default: throw ShapeError(reason: .unknownKey, offset: keyOffset)
      }
    }
    guard let end, let zone = ZoneOffsets(starts: starts, offsets: offsets, end: end) else {
      throw ShapeError(reason: .badValue(of: "zone"), offset: start)
    }
    return zone
  }

  @_lifetime(self: copy self)
  private mutating func decodeFields(depth: Int) throws(ShapeError) -> [Field] {
    let start = reader.offset
    guard depth <= limits.depth else { throw ShapeError(reason: .tooLarge("depth"), offset: start) }
    let count = try arrayCount()
    guard count > 0 else { throw ShapeError(reason: .badValue(of: "fields"), offset: start) }
    var fields: [Field] = []
    for _ in 0..<count {
      fieldCount += 1
      guard fieldCount <= limits.fieldCount else {
        throw ShapeError(reason: .tooLarge("fields"), offset: reader.offset)
      }
      fields.append(try decodeField(depth: depth))
    }
    return fields
  }

  @_lifetime(self: copy self)
  private mutating func decodeField(depth: Int) throws(ShapeError) -> Field {
    var parts = FieldParts(offset: reader.offset)
    for _ in 0..<(try mapCount()) {
      let keyOffset = reader.offset
      switch try text() {
      case "name": parts.name = try name()
      case "column": parts.column = try column()
      case "null_when": parts.nullWhen = try isNil() ? nil : column()
      case "type": parts.type = try text()
      case "digits": parts.digits = try optionalCount(of: "digits")
      case "places": parts.places = try optionalCount(of: "places")
      case "notation": parts.notation = try text()
      case "zone": parts.zone = try text()
      case "cast": parts.isCast = try boolean()
      case "exact": parts.isExact = try boolean()
      case "path": parts.isPath = try boolean()
      case "element": parts.element = try decodeElement(depth: depth + 1)
      case "fields": parts.fields = try decodeFields(depth: depth + 1)
      default: throw ShapeError(reason: .unknownKey, offset: keyOffset)
      }
    }
    return try parts.field()
  }

  /// Reads how a list's elements are written: the keys of a leaf that has neither name nor column.
  @_lifetime(self: copy self)
  private mutating func decodeElement(depth: Int) throws(ShapeError) -> ColumnFormat {
    var parts = FieldParts(offset: reader.offset)
    guard depth <= limits.depth else {
      throw ShapeError(reason: .tooLarge("depth"), offset: parts.offset)
    }
    for _ in 0..<(try mapCount()) {
      let keyOffset = reader.offset
      switch try text() {
      case "type": parts.type = try text()
      case "digits": parts.digits = try optionalCount(of: "digits")
      case "places": parts.places = try optionalCount(of: "places")
      case "notation": parts.notation = try text()
      case "zone": parts.zone = try text()
      case "cast": parts.isCast = try boolean()
      case "element": parts.element = try decodeElement(depth: depth + 1)
      default: throw ShapeError(reason: .unknownKey, offset: keyOffset)
      }
    }
    return try parts.format()
  }

  // MARK: Values

  @_lifetime(self: copy self)
  private mutating func names() throws(ShapeError) -> [String] {
    var result: [String] = []
    for _ in 0..<(try arrayCount()) { result.append(try name()) }
    return result
  }

  @_lifetime(self: copy self)
  private mutating func name() throws(ShapeError) -> String {
    let offset = reader.offset
    let name = try text()
    guard name.utf8.count <= limits.nameByteCount else {
      throw ShapeError(reason: .tooLarge("name bytes"), offset: offset)
    }
    return name
  }

  @_lifetime(self: copy self)
  private mutating func column() throws(ShapeError) -> Int {
    let offset = reader.offset
    let value = try integer()
    guard value >= 0 && value < 32_767 else {
      throw ShapeError(reason: .badValue(of: "column"), offset: offset)
    }
    return Int(value)
  }

  @_lifetime(self: copy self)
  private mutating func optionalCount(of key: StaticString) throws(ShapeError) -> Int? {
    let offset = reader.offset
    if try isNil() { return nil }
    let value = try integer()
    guard value >= 0 && value <= 1_000 else {
      throw ShapeError(reason: .badValue(of: key), offset: offset)
    }
    return Int(value)
  }

  /// Takes a nil if one is next.
  @_lifetime(self: copy self)
  private mutating func isNil() throws(ShapeError) -> Bool {
    do {
      guard try reader.peekKind() == .nil else { return false }
      try reader.readNil()
      return true
    } catch { throw Self.malformed(error) }
  }

  @_lifetime(self: copy self)
  private mutating func text() throws(ShapeError) -> String {
    do { return try reader.readTextString() } catch { throw Self.malformed(error) }
  }

  @_lifetime(self: copy self)
  private mutating func integer() throws(ShapeError) -> Int64 {
    do { return try reader.readInt64() } catch { throw Self.malformed(error) }
  }

  @_lifetime(self: copy self)
  private mutating func boolean() throws(ShapeError) -> Bool {
    do { return try reader.readBoolean() } catch { throw Self.malformed(error) }
  }

  @_lifetime(self: copy self)
  private mutating func mapCount() throws(ShapeError) -> Int {
    do { return try reader.readMapCount() } catch { throw Self.malformed(error) }
  }

  @_lifetime(self: copy self)
  private mutating func arrayCount() throws(ShapeError) -> Int {
    do { return try reader.readArrayCount() } catch { throw Self.malformed(error) }
  }

  private static func malformed(_ error: MessagePackError) -> ShapeError {
    ShapeError(reason: .malformed(error), offset: error.offset)
  }
}

/// The keys of one field's map, in whatever order they came.
private struct FieldParts {
  let offset: Int
  var name: String?
  var column: Int?
  var nullWhen: Int?
  var type: String?
  var digits: Int?
  var places: Int?
  var notation: String?
  var zone: String?
  var isCast = false
  var isExact = false
  var isPath = false
  var element: ColumnFormat?
  var fields: [Field]?

  init(offset: Int) { self.offset = offset }

  func field() throws(ShapeError) -> Field {
    guard let name else { throw ShapeError(reason: .missingKey("name"), offset: offset) }
    if let fields { return .nest(name: name, nullWhen: nullWhen, fields: fields) }
    guard let column else { throw ShapeError(reason: .missingKey("column"), offset: offset) }
    return .leaf(name: name, column: column, format: try format())
  }

  func format() throws(ShapeError) -> ColumnFormat {
    guard let type else { throw ShapeError(reason: .missingKey("type"), offset: offset) }
    guard type == "list" || element == nil else {
      throw ShapeError(reason: .badValue(of: "element"), offset: offset)
    }
    return switch type {
    case "any": .asStored
    case "text": isCast ? .textCast : .asStored
    case "integer": isCast ? .integerCast : .asStored
    case "float": isCast ? .floatCast : .asStored
    case "boolean": .boolean
    case "decimal": .decimal(try decimalFormat(), keepsIntegers: isExact)
    case "date": isCast ? .dateCast : .date
    case "time": isCast ? .timeCast(try timeNotation()) : .time(try timeNotation())
    case "datetime": isCast ? try dateTimeCast() : try dateTime()
    case "duration": .duration(try durationNotation())
    case "uuid": .uuid
    case "json": .json(isPath: isPath)
    case "binary": .binary
    case "list": try list()
    default: throw ShapeError(reason: .badValue(of: "type"), offset: offset)
    }
  }

  private func list() throws(ShapeError) -> ColumnFormat {
    guard let element else { throw ShapeError(reason: .missingKey("element"), offset: offset) }
    if case .list(let innermost, let depth) = element {
      guard depth < .max else { throw ShapeError(reason: .tooLarge("depth"), offset: offset) }
      return .list(innermost, depth: depth + 1)
    }
    guard let element = ListElement(element) else {
      throw ShapeError(reason: .badValue(of: "element"), offset: offset)
    }
    return .list(element, depth: 1)
  }

  private func decimalFormat() throws(ShapeError) -> DecimalFormat {
    let isPlain: Bool
    switch notation ?? "scientific" {
    case "scientific": isPlain = false
    case "plain": isPlain = true
    default: throw ShapeError(reason: .badValue(of: "notation"), offset: offset)
    }
    return DecimalFormat(digits: digits, places: places, isPlain: isPlain)
  }

  private func dateTime() throws(ShapeError) -> ColumnFormat {
    switch zone {
    case "local": .localDateTime(try dateTimeNotation(), .aware)
    case "wall": .localDateTime(try dateTimeNotation(), .naive)
    default: .dateTime(try dateTimeNotation(), isUTC: try isUTC())
    }
  }

  private func dateTimeCast() throws(ShapeError) -> ColumnFormat {
    if zone == "local" { return .localDateTime(try dateTimeNotation(), .cast) }
    guard zone == "utc" else { throw ShapeError(reason: .badValue(of: "zone"), offset: offset) }
    return .dateTimeCast(try dateTimeNotation())
  }

  private func isUTC() throws(ShapeError) -> Bool {
    switch zone {
    case "utc": true
    case "naive": false
    default: throw ShapeError(reason: .badValue(of: "zone"), offset: offset)
    }
  }

  private func timeNotation() throws(ShapeError) -> TimeNotation {
    switch notation ?? "django" {
    case "django": .django
    case "iso": .iso
    default: throw ShapeError(reason: .badValue(of: "notation"), offset: offset)
    }
  }

  private func dateTimeNotation() throws(ShapeError) -> DateTimeNotation {
    switch notation ?? "django" {
    case "django": .django
    case "iso": .iso
    case "python": .python
    default: throw ShapeError(reason: .badValue(of: "notation"), offset: offset)
    }
  }

  private func durationNotation() throws(ShapeError) -> DurationNotation {
    switch notation ?? "iso" {
    case "iso": .iso
    case "django": .django
    case "python": .python
    case "seconds": .seconds
    default: throw ShapeError(reason: .badValue(of: "notation"), offset: offset)
    }
  }
}

extension Shape {
  /// Whether the layout's demands on the fields hold.
  fileprivate var layoutFits: Bool {
    let hasNest = fields.contains { if case .nest = $0 { true } else { false } }
    if hasHeader && style != .csv { return false }
    if style == .csv { return layout == .arrays && !hasNest && envelope == nil }
    switch layout {
    case .objects: return true
    case .arrays: return !hasNest
    case .flat: return !hasNest && fields.count == 1
    }
  }
}
