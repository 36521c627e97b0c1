internal import CSQLite

/// A SQL function that Django registers in Python, and that Molt provides natively.
///
/// Each gives exactly what the Python function gives for values as Django stores them. For anything
/// else (another time zone than the connection's, a text that is not canonical) it fails, and the
/// run ends as `unsupported`: Python then answers. Django's other functions are missing on purpose,
/// so that SQLite refuses them when the SQL is prepared.
@safe struct NativeFunction {
  let name: String
  let argumentCount: Int32
  let body: @convention(c) (OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?) -> Void

  /// The list of functions.
  static let all: [NativeFunction] = extractFunctions + truncFunctions + castFunctions
}

/// Registers the native functions on a connection.
func registerFunctions(on database: OpaquePointer) {
  for function in NativeFunction.all {
    unsafe sqlite3_create_function_v2(
      database,
      function.name,
      function.argumentCount,
      SQLITE_UTF8 | SQLITE_DETERMINISTIC,
      nil,
      function.body,
      nil,
      nil,
      nil
    )
  }
}

/// The arguments and the result of one call.
@safe struct FunctionCall {
  private let context: OpaquePointer
  private let arguments: UnsafeMutablePointer<OpaquePointer?>

  /// Takes what SQLite passes to a function; nil only if SQLite breaks its promise.
  init?(_ context: OpaquePointer?, _ arguments: UnsafeMutablePointer<OpaquePointer?>?) {
    guard let context = unsafe context, let arguments = unsafe arguments else { return nil }
    unsafe self.context = context
    unsafe self.arguments = arguments
  }

  /// Whether argument `index` is NULL.
  func isNull(_ index: Int) -> Bool {
    unsafe sqlite3_value_type(arguments[index]) == SQLITE_NULL
  }

  /// Argument `index` if it is text.
  func text(_ index: Int) -> [UInt8]? {
    guard unsafe sqlite3_value_type(arguments[index]) == SQLITE_TEXT,
      let start = unsafe sqlite3_value_text(arguments[index])
    else { return nil }
    let count = unsafe Int(sqlite3_value_bytes(arguments[index]))
    return unsafe Array(UnsafeBufferPointer(start: start, count: count))
  }

  /// Answers NULL.
  func answerNull() { unsafe sqlite3_result_null(context) }

  /// Answers an integer.
  func answer(_ value: Int) { unsafe sqlite3_result_int64(context, Int64(value)) }

  /// Answers a text.
  func answer(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      unsafe bytes.withMemoryRebound(to: CChar.self) { bytes in
        unsafe molt_result_text_copy(context, bytes.baseAddress, UInt64(bytes.count))
      }
    }
  }

  /// Ends the statement: Python must answer.
  func refuse(_ reason: StaticString) {
    // Safety: a static string lives forever, and SQLite copies it.
    let start = unsafe UnsafeRawPointer(reason.utf8Start).assumingMemoryBound(to: CChar.self)
    unsafe sqlite3_result_error(context, start, Int32(reason.utf8CodeUnitCount))
  }

  /// The point in time that Django's date functions work on.
  ///
  /// - Parameters:
  ///   - index: Which argument holds the text.
  ///   - zones: Where the time zone's name and the connection's stand; they must be the same.
  /// - Returns: Nil after answering NULL or refusing.
  func moment(_ index: Int, zones: (Int, Int)?) -> Moment? {
    if isNull(index) {
      answerNull()
      return nil
    }
    if let zones, !isNull(zones.0), text(zones.0) != text(zones.1) {
      refuse("molt: converts no time zones inside SQL")
      return nil
    }
    guard let text = text(index), let moment = Moment(text) else {
      refuse("molt: a date or time is not stored as Django stores it")
      return nil
    }
    return moment
  }
}
