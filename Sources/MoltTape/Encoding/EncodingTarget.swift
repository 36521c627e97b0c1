/// What a type's own code writes to while it encodes itself: a sink, and what is open in it.
///
/// Swift's containers never say that they end, and a type may ask for a nested container or a super
/// encoder and use it later. So each container and each value that is to come has a number, a slot,
/// and what is open stands on a stack:
///
///     {"a":[1,            levels: slot 1 (map), slot 2 (array)
///     container 1 is used: the array has ended
///     {"a":[1],"b":       awaited: slot 3
///
/// A container that is used after it has ended cannot write any more where it stood. The document is
/// then encoded once more by way of a tree (``EncodedNode``), which has room everywhere.
///
package final class EncodingTarget {
  /// An array or map whose end has not been written.
  struct Level {
    var slot: Int
    var isMap: Bool
    /// The key it stands under, nil for the outermost one.
    var key: (any CodingKey)?
  }

  let output: any EncodingOutput
  let options: EncodingOptions
  /// What changes from value to value.
  ///
  /// Safety: a checked access would cost more than the rest of what a value costs. No access lasts
  /// while another function runs, because the accessors below copy in and out.
  @exclusivity(unchecked) private var marks = Marks()
  @exclusivity(unchecked) private var stack: [Level] = []
  /// The key of the awaited value.
  var awaitedKey: (any CodingKey)?
  /// Whether something was used after its end.
  var isOutOfOrder = false
  /// What went wrong where nothing can be thrown.
  var failure: (any Error)?
  private let convertsKeys: Bool
  private var convertedKeys: [String: String] = [:]

  private struct Marks {
    var innermost = 0
    var awaited = 0
    var lastSlot = 0
  }

  /// The slot of the innermost level, 0 where a value is awaited.
  @inline(__always)
  var innermost: Int {
    get { unsafe marks.innermost }
    set { unsafe marks.innermost = newValue }
  }

  /// The slot of the value that has to come next, 0 when there is none.
  @inline(__always)
  var awaited: Int {
    get { unsafe marks.awaited }
    set { unsafe marks.awaited = newValue }
  }

  /// What is open, the outermost first.
  @inline(__always)
  var levels: [Level] {
    get { unsafe stack }
    _modify { yield unsafe &stack }
  }

  package init(_ output: any EncodingOutput, _ options: EncodingOptions) {
    self.output = output
    self.options = options
    if case .asWritten = options.keys { convertsKeys = false } else { convertsKeys = true }
    levels.reserveCapacity(16)
  }

  /// A number for a container or value.
  func makeSlot() -> Int {
    let slot = unsafe marks.lastSlot &+ 1
    unsafe marks.lastSlot = slot
    return slot
  }

  /// Writes a key, converted as the options say.
  func append(key: String) throws {
    if _fastPath(!convertsKeys) { return try output.write(key: key) }
    try output.write(key: converted(key))
  }

  private func converted(_ key: String) -> String {
    if let known = convertedKeys[key] { return known }
    let written = options.keys.written(key)
    convertedKeys[key] = written
    return written
  }
}

/// Thrown to leave a type's code; the document is then encoded once more.
struct OutOfOrder: Error {}
