/// What the shell of a connection has to do next.
package enum ConnectionAction: Equatable, Sendable {
  /// Nothing, for now or ever.
  case nothing
  /// Greet back at once.
  case hello(id: UInt64)
  /// Answer the metrics at once.
  case metrics(id: UInt64)
  /// Share memory with the client, and answer how much.
  case share(id: UInt64)
  /// Ask the databases how they are, then report ``WorkerConnectionMachine/finish(_:)``.
  case health(id: UInt64)
  /// Compile, then report ``WorkerConnectionMachine/finishPrepare(_:succeeded:)``.
  case prepare(id: UInt64, PrepareRequest)
  /// Run the statement of this number, then report ``WorkerConnectionMachine/finish(_:)``.
  case run(id: UInt64, RunRequest, deadline: UInt64)
  /// Forget the statement and answer that it is done.
  case release(id: UInt64, statement: UInt64)
  /// Answer an error to a request that nobody works on.
  case refuse(id: UInt64, ConnectionRefusal)
  /// Answer an error now and stop the work on the request; its result is no longer wanted.
  case abandon(id: UInt64, ConnectionRefusal)
  /// Answer an error that names no request, and close.
  case close(ConnectionRefusal)
}
