public import MoltPostgresWire

/// SQL with its parameters.
///
/// An interpolated value is bound as a parameter and never spliced into the SQL:
///
///     let query: PostgresQuery = "SELECT * FROM flight WHERE origin = \(origin) LIMIT \(20)"
///     // SELECT * FROM flight WHERE origin = $1 LIMIT $2
///
/// What cannot be a parameter, such as the name of a table, has interpolations of its own:
/// `\(identifier: name)` quotes a name, and `\(unescaped: sql)` splices SQL as it is, which is safe
/// only for text that no input had a part in.
public struct PostgresQuery: Sendable {
  /// The SQL, with `$1`, `$2`, … for the parameters.
  public let statement: PostgresStatement
  /// How the columns are to be written: binary unless the query was made otherwise.
  public var resultFormats = PostgresResultFormats.binary
  let bindings: PostgresBindings

  /// Creates a query of SQL and values.
  ///
  /// Keep the statement for the next execution: finding it again then costs no look at its text.
  ///
  /// - Parameters:
  ///   - statement: The SQL, with `$1`, `$2`, … for the values.
  ///   - values: The values in order.
  /// - Complexity: O(bytes of the values)
  public init<each Value: PostgresEncodable>(
    _ statement: PostgresStatement,
    _ values: repeat each Value
  ) {
    let bindings = PostgresBindings()
    repeat bindings.append(each values)
    self.statement = statement
    self.bindings = bindings
  }

  /// Creates a query without parameters.
  ///
  /// - Parameter sql: The SQL as it is; input must have had no part in it.
  public init(unescaped sql: String) {
    statement = PostgresStatement(sql)
    bindings = .none
  }
}

extension PostgresQuery: ExpressibleByStringInterpolation {
  /// Creates a query of a literal.
  public init(stringLiteral sql: String) { self.init(unescaped: sql) }

  /// Creates a query of a literal with values.
  public init(stringInterpolation: StringInterpolation) {
    statement = PostgresStatement(utf8: stringInterpolation.sql)
    bindings = stringInterpolation.bindings ?? .none
  }

  /// Collects SQL and parameters.
  public struct StringInterpolation: StringInterpolationProtocol {
    var sql: [UInt8] = []
    var bindings: PostgresBindings?
    private var count = 0

    /// Begins a query.
    public init(literalCapacity: Int, interpolationCount: Int) {
      sql.reserveCapacity(literalCapacity + 3 * interpolationCount)
    }

    /// Appends a piece of the literal.
    public mutating func appendLiteral(_ literal: String) { sql.append(contentsOf: literal.utf8) }

    /// Appends a parameter.
    public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value) {
      // One query is built at one place, so the bindings are nobody else's.
      let bindings = self.bindings ?? PostgresBindings()
      bindings.append(value)
      self.bindings = bindings
      count += 1
      sql.append(UInt8(ascii: "$"))
      sql.append(contentsOf: String(count).utf8)
    }

    /// Appends a name in quotation marks.
    public mutating func appendInterpolation(identifier name: String) {
      sql.append(UInt8(ascii: "\""))
      for byte in name.utf8 {
        if byte == UInt8(ascii: "\"") { sql.append(byte) }
        sql.append(byte)
      }
      sql.append(UInt8(ascii: "\""))
    }

    /// Appends SQL as it is; input must have had no part in it.
    public mutating func appendInterpolation(unescaped text: String) {
      sql.append(contentsOf: text.utf8)
    }
  }
}
