public import CMolt
public import CMoltArrow
internal import MoltColumns
internal import MoltErrors
internal import MoltMessagePack
internal import MoltPostgresSocket
internal import MoltRows
internal import Synchronization

/// Implements `molt_columns_open`, documented in molt.h.
@c @implementation
public func molt_columns_open(
  _ database: OpaquePointer!,
  _ sql: UnsafePointer<CChar>!,
  _ sql_count: Int,
  _ arguments: UnsafePointer<UInt8>!,
  _ arguments_count: Int,
  _ options: UnsafePointer<molt_run_options>!,
  _ batch_row_count: UInt64,
  _ stream: UnsafeMutablePointer<UnsafeMutablePointer<ArrowArrayStream>?>!,
  _ error: UnsafeMutablePointer<molt_error>!
) -> Int32 {
  unsafe reporting(to: error) { () throws(MoltError) in
    guard case .postgres(let database) = unsafe EngineDatabase(behind: database) else {
      throw MoltError(.unsupported, "only PostgreSQL's rows are read as columns")
    }
    let sqlBytes = unsafe UnsafeRawBufferPointer(start: sql, count: sql_count)
    let text = unsafe String(decoding: sqlBytes, as: UTF8.self)
    let arguments = unsafe borrowed(arguments, arguments_count)
    var batches = ColumnOptions()
    if batch_row_count != 0 { batches.batchRowCount = Int(clamping: batch_row_count) }
    let source = try OpenedColumns(database, text, arguments, batches, unsafe RunOptions(options))
    let opened = UnsafeMutablePointer<ArrowArrayStream>.allocate(capacity: 1)
    unsafe ArrowStream.export(source, to: UnsafeMutableRawPointer(opened))
    unsafe stream.pointee = opened
  }
}

/// Implements `molt_stream_free`, documented in molt.h.
@c @implementation
public func molt_stream_free(_ stream: UnsafeMutablePointer<ArrowArrayStream>!) {
  guard let stream = unsafe stream else { return }
  if let release = unsafe stream.pointee.release { unsafe release(stream) }
  unsafe stream.deallocate()
}

private typealias PointerOf =
  @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> UnsafeMutableRawPointer?

/// The function that `molt_capsule_bind` was told of, as an address.
private let pointerOfCapsule = Atomic<UInt>(0)

/// Implements `molt_capsule_bind`, documented in molt.h.
@c @implementation
public func molt_capsule_bind(
  _ pointer_of: (
    @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<CChar>?) -> UnsafeMutableRawPointer?
  )!
) {
  let address = unsafe unsafeBitCast(pointer_of, to: UInt.self)
  pointerOfCapsule.store(address, ordering: .releasing)
}

/// Implements `molt_capsule_release`, documented in molt.h.
@c @implementation
public func molt_capsule_release(_ capsule: UnsafeMutableRawPointer!) {
  let address = pointerOfCapsule.load(ordering: .acquiring)
  // Safety: molt.h asks for `molt_capsule_bind` first, which stored such a function or NULL.
  guard let pointerOf = unsafe unsafeBitCast(address, to: PointerOf?.self) else { return }
  let stream = unsafe pointerOf(capsule, "arrow_array_stream")
  unsafe molt_stream_free(stream?.assumingMemoryBound(to: ArrowArrayStream.self))
}

/// A stream of columns with the errors of the C functions.
private final class OpenedColumns: ColumnBatchSource {
  private let stream: PostgresColumnStream

  init(
    _ database: PostgresDatabase,
    _ sql: String,
    _ arguments: Span<UInt8>,
    _ batches: ColumnOptions,
    _ options: RunOptions
  ) throws(MoltError) {
    let decoded: RunArguments
    do { decoded = try RunArguments(decoding: arguments) } catch {
      throw MoltError(error, in: "the arguments of the run")
    }
    do throws(PostgresError) {
      stream = try database.columns(sql, decoded.parameters, batches, options: options)
    } catch {
      throw MoltError(error)
    }
  }

  var fields: [ColumnField] { stream.fields }

  func nextBatch() throws(MoltError) -> ColumnBatch? {
    do throws(PostgresError) { return try stream.next() } catch { throw MoltError(error) }
  }

  func close() { stream.close() }
}
