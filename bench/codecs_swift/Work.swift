/// One case on one file: what is timed, and what it comes to.
protocol Work: ~Copyable {
  /// Makes everything ready that is not timed.
  init(_ bytes: [UInt8]) throws
  /// What is timed.
  mutating func call(_ bytes: Span<UInt8>) throws
  /// What a call comes to: bytes that were written, or digits for what was read.
  mutating func show(_ bytes: Span<UInt8>) throws -> [UInt8]
}

/// A case, and the one file that it is about; nil for one that takes every file.
struct Case {
  let file: String?
  let make: ([UInt8]) throws -> any Running

  init<W: Work & ~Copyable>(_ work: W.Type, _ file: String? = nil) {
    self.file = file
    make = { try Kept(W($0), $0) }
  }
}

/// A work in one place, whatever it is.
protocol Running: AnyObject {
  func call() throws
  func show() throws -> [UInt8]
}

private final class Kept<W: Work & ~Copyable>: Running {
  private var work: W
  private let bytes: [UInt8]

  init(_ work: consuming W, _ bytes: [UInt8]) {
    self.work = work
    self.bytes = bytes
  }

  func call() throws {
    let bytes = bytes
    try work.call(bytes.span)
  }

  func show() throws -> [UInt8] {
    let bytes = bytes
    return try work.show(bytes.span)
  }
}

/// A sum or a number of values as text.
func digits(_ value: some BinaryInteger) -> [UInt8] { Array(String(value).utf8) }

/// Keeps the compiler from leaving out what a value was computed for.
@inline(never)
func keep<Value>(_ value: Value) {}
