public import MoltErrors

/// Answers batches of the same columns, one after the other.
public protocol ColumnBatchSource: AnyObject {
  /// The columns of every batch.
  var fields: [ColumnField] { get }

  /// Reads the next batch.
  ///
  /// - Returns: The batch; nil at the end.
  /// - Throws: Why there are no more; the source ends with that.
  func nextBatch() throws(MoltError) -> ColumnBatch?

  /// Ends the source before its end. Calling it again changes nothing.
  func close()
}
