internal import MoltCBOR
internal import MoltJSON
internal import MoltMessagePack
internal import MoltTape

/// A parser that can be kept.
@safe final class KeptJSONParser {
  private let parser: UnsafeMutablePointer<JSONParser>
  /// Whether keys that come twice in a map are refused.
  let refusesDuplicates: Bool

  /// Creates a parser.
  ///
  /// - Parameter uniqueKeys: Whether keys that come twice in a map are refused.
  init(uniqueKeys: Bool = false) {
    var limits = JSONLimits()
    limits.uniqueKeys = uniqueKeys
    refusesDuplicates = uniqueKeys
    unsafe parser = .allocate(capacity: 1)
    unsafe parser.initialize(to: JSONParser(limits: limits))
  }

  deinit {
    unsafe parser.deinitialize(count: 1)
    unsafe parser.deallocate()
  }

  /// Parses a document.
  ///
  /// - Returns: Its tape: valid until the next call, and as long as the input.
  func parse(_ input: Span<UInt8>) throws(JSONError) -> TapeMemory {
    unsafe try parser.pointee.parse(input).memory
  }
}

/// A parser that can be kept.
@safe final class KeptMessagePackParser {
  private let parser: UnsafeMutablePointer<MessagePackParser>

  init() {
    unsafe parser = .allocate(capacity: 1)
    unsafe parser.initialize(to: MessagePackParser())
  }

  deinit {
    unsafe parser.deinitialize(count: 1)
    unsafe parser.deallocate()
  }

  /// Parses the value at `offset` and moves behind it.
  ///
  /// `isWhole`: whether nothing may follow.
  /// Answers: its tape: valid until the next call, and as long as the input.
  func parse(
    _ input: Span<UInt8>,
    _ limits: MessagePackLimits,
    at offset: inout Int,
    isWhole: Bool
  ) throws(MessagePackError) -> (TapeMemory, wordCount: Int) {
    unsafe parser.pointee.limits = limits
    let document = unsafe try parser.pointee.parse(input, at: &offset)
    if isWhole, offset != input.count { throw .trailingData(offset: offset) }
    return (document.memory, document.wordCount)
  }
}

/// A parser that can be kept.
@safe final class KeptCBORParser {
  private let parser: UnsafeMutablePointer<CBORParser>

  init() {
    unsafe parser = .allocate(capacity: 1)
    unsafe parser.initialize(to: CBORParser())
  }

  deinit {
    unsafe parser.deinitialize(count: 1)
    unsafe parser.deallocate()
  }

  /// Parses the data item at `offset` and moves behind it.
  ///
  /// `isWhole`: whether nothing may follow.
  /// Answers: its tape: valid until the next call, and as long as the input.
  func parse(
    _ input: Span<UInt8>,
    _ limits: CBORLimits,
    at offset: inout Int,
    isWhole: Bool
  ) throws(CBORError) -> TapeMemory {
    unsafe parser.pointee.limits = limits
    let document = unsafe try parser.pointee.parse(input, at: &offset)
    if isWhole, offset != input.count { throw .trailingData(offset: offset) }
    return document.memory
  }
}
