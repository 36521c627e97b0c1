public import MoltScalars

/// How the columns of a query become the bytes of an answer.
///
/// A shape is decoded once per query from the MessagePack of `docs/formats/shape.md`, compiled into
/// a ``RowProgram``, and then used for any number of rows.
public struct Shape: Equatable, Sendable {
  /// Which encoder's bytes are written.
  public var style: OutputStyle
  /// What stands for one row.
  public var layout: RowLayout
  /// The object around the rows; nil for a bare list.
  public var envelope: Envelope?
  /// Whether CSV starts with a line of names.
  public var hasHeader: Bool
  /// The output's fields in order, at least one.
  public var fields: [Field]
  /// The time zone of the local points in time; nil where there are none.
  public var zone: ZoneOffsets?
  /// The types of the SQL's parameters, as PostgreSQL numbers them; 0, or nothing, where the server
  /// infers one.
  public var parameterTypes: [UInt32] = []
  /// Types of columns that the driver makes objects of, as PostgreSQL numbers them: those that only
  /// one database has, and somebody has registered there.
  public var objectTypes: [UInt32] = []

  /// Creates a shape without an envelope or a header.
  ///
  /// - Parameters:
  ///   - style: Which encoder's bytes are written.
  ///   - layout: What stands for one row.
  ///   - fields: The output's fields in order.
  public init(style: OutputStyle, layout: RowLayout, fields: [Field]) {
    self.style = style
    self.layout = layout
    self.envelope = nil
    self.hasHeader = false
    self.fields = fields
    self.zone = nil
  }

  /// The number of columns a query must have: one more than the highest that a field names.
  ///
  /// - Complexity: O(fields)
  public var columnCount: Int { fields.reduce(0) { max($0, $1.columnCount) } }
}

/// Which encoder's bytes are written.
public enum OutputStyle: String, Sendable, CaseIterable {
  /// Django's `JsonResponse`: a space after separators, ASCII only.
  case django
  /// DRF's `JSONRenderer`: compact, UTF-8, U+2028 and U+2029 escaped.
  case drf
  /// Compact JSON in UTF-8.
  case compact
  /// MessagePack.
  case messagepack
  /// Python's `csv.writer` with the `excel` dialect.
  case csv
}

/// What stands for one row.
public enum RowLayout: String, Sendable, CaseIterable {
  /// An object with the fields' names.
  case objects
  /// A list of the fields' values.
  case arrays
  /// The value of the only field.
  case flat
}

/// An object around the rows whose other fields each run supplies.
public struct Envelope: Equatable, Sendable {
  /// The names of the fields in front of the rows.
  public var before: [String]
  /// The name of the field that holds the rows.
  public var rows: String
  /// The names of the fields behind the rows.
  public var after: [String]

  /// Creates an envelope.
  ///
  /// - Parameters:
  ///   - before: The names of the fields in front of the rows.
  ///   - rows: The name of the field that holds the rows.
  ///   - after: The names of the fields behind the rows.
  public init(before: [String], rows: String, after: [String]) {
    self.before = before
    self.rows = rows
    self.after = after
  }

  /// How many values a run must supply.
  public var valueCount: Int { before.count + after.count }
}

/// One field of the output.
public indirect enum Field: Equatable, Sendable {
  /// A column's value.
  case leaf(name: String, column: Int, format: ColumnFormat)
  /// An object of fields, or null where column `nullWhen` is NULL.
  case nest(name: String, nullWhen: Int?, fields: [Field])

  /// Whether the field, or one inside it, is a local point in time.
  var needsZone: Bool {
    switch self {
    case .leaf(_, _, let format): format.needsZone
    case .nest(_, _, let fields): fields.contains(where: \.needsZone)
    }
  }

  /// One more than the highest column that the field names.
  var columnCount: Int {
    switch self {
    case .leaf(_, let column, _): column + 1
    case .nest(_, let nullWhen, let fields):
      fields.reduce((nullWhen ?? -1) + 1) { max($0, $1.columnCount) }
    }
  }
}
