internal import CMoltPython

/// What Python has asked to be called with values while they are made; missing where it has not.
///
/// All are borrowed from the call's arguments.
struct Hooks {
  /// Gets each dict.
  var object = PythonObject.missing
  /// Gets a list of the pairs of each map instead.
  var pairs = PythonObject.missing
  /// Gets each list.
  var list = PythonObject.missing
  /// Gets the text of each number with a point or an exponent.
  var float = PythonObject.missing
  /// Gets the text of each other number.
  var integer = PythonObject.missing
  /// Gets the type and the bytes of each extension.
  var ext = PythonObject.missing
  /// Gets the number and the value of each tag.
  var tag = PythonObject.missing

  /// No hooks.
  init() {}

  /// The hooks of `json_loads`.
  init(json arguments: Arguments) {
    guard arguments.count > 2 else { return }
    object = arguments[2]
    pairs = arguments[3]
    float = arguments[4]
    integer = arguments[5]
  }

  /// Whether code of Python's runs while values are made.
  var isAny: Bool {
    object.exists || pairs.exists || list.exists || float.exists || integer.exists || ext.exists
      || tag.exists
  }
  /// Whether numbers are Python's business.
  var hasNumbers: Bool { float.exists || integer.exists }
}
