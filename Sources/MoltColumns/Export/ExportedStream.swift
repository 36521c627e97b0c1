internal import CMoltArrow
internal import MoltErrors
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// A stream of the C stream interface over a source of batches.
///
/// Source: "The Arrow C stream interface" of the Arrow specification.
public enum ArrowStream {
  /// Fills an `ArrowArrayStream`, whose `release` closes the source.
  ///
  /// Batches that were taken stay valid after that, until each is released. One thread at a time
  /// may use the stream.
  ///
  /// - Parameters:
  ///   - source: Where the batches come from; the stream keeps it.
  ///   - stream: Memory of an `ArrowArrayStream`; what it holds is overwritten.
  @unsafe
  public static func export(_ source: any ColumnBatchSource, to stream: UnsafeMutableRawPointer) {
    let owner = ExportedStream(source)
    let stream = unsafe stream.bindMemory(to: ArrowArrayStream.self, capacity: 1)
    unsafe stream.initialize(
      to: ArrowArrayStream(
        get_schema: { unsafe ExportedStream.behind($0)?.describe(to: $1) ?? EINVAL },
        get_next: { unsafe ExportedStream.behind($0)?.next(to: $1) ?? EINVAL },
        get_last_error: { unsafe UnsafePointer(ExportedStream.behind($0)?.message) },
        release: { unsafe ExportedStream.release($0) },
        private_data: Unmanaged.passRetained(owner).toOpaque()
      )
    )
  }
}

/// Behind an exported stream.
@safe private final class ExportedStream {
  private let source: any ColumnBatchSource
  private var failure: MoltError?
  /// The sentence of the failure, for as long as the stream lives.
  private(set) var message: UnsafeMutablePointer<CChar>?

  init(_ source: any ColumnBatchSource) { self.source = source }

  deinit { unsafe free(message) }

  static func behind(_ stream: UnsafeMutablePointer<ArrowArrayStream>?) -> ExportedStream? {
    guard let owner = unsafe stream?.pointee.private_data else { return nil }
    // Safety: `private_data` is set by `export` and cleared by `release` only.
    return unsafe Unmanaged<ExportedStream>.fromOpaque(owner).takeUnretainedValue()
  }

  static func release(_ stream: UnsafeMutablePointer<ArrowArrayStream>?) {
    guard let stream = unsafe stream, let owner = unsafe stream.pointee.private_data else { return }
    unsafe stream.pointee.release = nil
    unsafe stream.pointee.private_data = nil
    let exported = unsafe Unmanaged<ExportedStream>.fromOpaque(owner).takeRetainedValue()
    exported.source.close()
  }

  func describe(to schema: UnsafeMutablePointer<ArrowSchema>?) -> CInt {
    guard let schema = unsafe schema else { return EINVAL }
    unsafe schema.describe(source.fields)
    return 0
  }

  /// The end is an array that is released already.
  func next(to array: UnsafeMutablePointer<ArrowArray>?) -> CInt {
    guard let array = unsafe array else { return EINVAL }
    unsafe array.pointee = ArrowArray()
    if let failure { return Self.number(of: failure) }
    do throws(MoltError) {
      if let batch = try source.nextBatch() { unsafe array.lend(batch) }
      return 0
    } catch {
      failure = error
      unsafe message = strdup("\(error.code.name): \(error.message)")
      return Self.number(of: error)
    }
  }

  private static func number(of error: MoltError) -> CInt {
    switch error.code {
    case .timeout: ETIMEDOUT
    case .cancelled: ECANCELED
    case .invalidInput, .unsupported, .tooLarge: EINVAL
    default: EIO
    }
  }
}
