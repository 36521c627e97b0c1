/// One run on its way to its answer's last piece.
protocol WorkerJob: AnyObject, Sendable {
  /// The client's number of the request.
  var id: UInt64 { get }
  /// The client's number of the statement.
  var statement: UInt64 { get }
  /// When the run went to its database, or 0.
  var started: UInt64 { get }
  /// How many bytes of answer were made so far.
  var byteCount: Int { get }
  /// How many rows of answer were made so far.
  var rowCount: UInt64 { get }
  /// Whether nobody wants the answer any more.
  var isGivenUp: Bool { get }

  /// Goes on after a rest.
  func resume()

  /// Ends the job soon; nobody wants its answer any more.
  func abandon()
}
