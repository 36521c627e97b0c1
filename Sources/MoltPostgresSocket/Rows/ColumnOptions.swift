/// How large the batches of a column stream are.
public struct ColumnOptions: Equatable, Sendable {
  /// The most rows of a batch.
  ///
  /// Default: 65,536.
  public var batchRowCount = 65_536
  /// After how many bytes of values a batch takes no more rows.
  ///
  /// It bounds the memory that a stream holds, together with the largest row. Default: 67,108,864
  /// (64 MiB).
  public var batchByteCount = 64 * 1024 * 1024

  /// Creates the default options.
  public init() {}
}
