/// Why a document could not be carried from one format to another.
public enum TranscodingError<Reading: Error, Writing: Error>: Error {
  /// It could not be read.
  case reading(Reading)
  /// It could not be written: the other format has no room for one of its values.
  case writing(Writing)
}

extension TranscodingError: Equatable where Reading: Equatable, Writing: Equatable {}
