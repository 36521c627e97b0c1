public import MoltErrors

/// An error or a notice of the server, with every field it sent.
///
/// Source: PostgreSQL documentation, "Error and Notice Message Fields".
public struct PostgresServerError: Error, Equatable, Sendable {
  /// How bad it is.
  public enum Severity: String, Sendable {
    case error = "ERROR"
    case fatal = "FATAL"
    case panic = "PANIC"
    case warning = "WARNING"
    case notice = "NOTICE"
    case debug = "DEBUG"
    case info = "INFO"
    case log = "LOG"
  }

  /// The fields in the order they came, each with the byte that names it.
  public var fields: [Field] = []

  /// One field of an error.
  public struct Field: Equatable, Sendable {
    /// What the field is, such as `C` for the SQLSTATE.
    public var name: UInt8
    /// Its text.
    public var text: String

    /// Creates a field.
    public init(_ name: UInt8, _ text: String) {
      self.name = name
      self.text = text
    }
  }

  /// Creates an error of some fields.
  public init(fields: [Field] = []) { self.fields = fields }

  /// The text of a field, by the byte that names it; nil when the server did not send it.
  ///
  /// - Complexity: O(fields)
  public subscript(name: UInt8) -> String? { fields.first { $0.name == name }?.text }

  /// How bad it is; nil for a localised severity of a server before 9.6.
  public var severity: Severity? {
    (self[UInt8(ascii: "V")] ?? self[UInt8(ascii: "S")]).flatMap(Severity.init)
  }
  /// Whether the server ends the session after this.
  public var isFatal: Bool { severity == .fatal || severity == .panic }
  /// The severity in the server's language.
  public var localizedSeverity: String? { self[UInt8(ascii: "S")] }
  /// The five characters that classify it; empty when the server sent none.
  public var sqlState: String { self[UInt8(ascii: "C")] ?? "" }
  /// What happened, in the server's language.
  public var message: String { self[UInt8(ascii: "M")] ?? "" }
  /// More about it.
  public var detail: String? { self[UInt8(ascii: "D")] }
  /// What could be done.
  public var hint: String? { self[UInt8(ascii: "H")] }
  /// Where in the query, in characters from 1.
  public var position: Int? { self[UInt8(ascii: "P")].flatMap { Int($0) } }
  /// Where in ``internalQuery``, in characters from 1.
  public var internalPosition: Int? { self[UInt8(ascii: "p")].flatMap { Int($0) } }
  /// The text of a command that the server made itself, such as one of a PL/pgSQL function.
  public var internalQuery: String? { self[UInt8(ascii: "q")] }
  /// The call stack of procedures and the like.
  public var context: String? { self[UInt8(ascii: "W")] }
  /// The schema of the object that it is about.
  public var schemaName: String? { self[UInt8(ascii: "s")] }
  /// The table that it is about.
  public var tableName: String? { self[UInt8(ascii: "t")] }
  /// The column that it is about.
  public var columnName: String? { self[UInt8(ascii: "c")] }
  /// The data type that it is about.
  public var dataTypeName: String? { self[UInt8(ascii: "d")] }
  /// The constraint that it is about.
  public var constraintName: String? { self[UInt8(ascii: "n")] }
  /// The file of the server's source that reported it.
  public var file: String? { self[UInt8(ascii: "F")] }
  /// The line in ``file``.
  public var line: Int? { self[UInt8(ascii: "L")].flatMap { Int($0) } }
  /// The function of the server's source that reported it; never translated.
  public var routine: String? { self[UInt8(ascii: "R")] }

  /// Whether a prepared statement's result would have other columns than when it was prepared.
  ///
  /// SQLSTATE 0A000 says too little; the routine is the part that no language changes.
  public var isResultTypeChange: Bool {
    sqlState == "0A000"
      && (routine == "RevalidateCachedQuery"
        || message == "cached plan must not change result type")
  }

  /// Whether the server does not know a prepared statement.
  public var isUnknownStatement: Bool { sqlState == "26000" }

  /// The error as the edges report it, by the class of its SQLSTATE.
  public var error: MoltError {
    let code: ErrorCode =
      switch sqlState {
      case "57014": .cancelled
      case "25006", "42501": .forbidden
      case "53300", "40001", "40P01", "55P03": .busy
      default:
        switch sqlState.prefix(2) {
        case "08", "28", "3D", "57", "58": .unavailable
        case "53", "XX", "F0", "": .internal
        case "54": .tooLarge
        default: .invalidInput
        }
      }
    return MoltError(code, "PostgreSQL: \(message) (SQLSTATE \(sqlState))")
  }
}
