import Glibc
import MoltPostgres
import NIOPosix

/// A whole result as a stream: nothing of it is kept.
struct PostgresExport {
  let sql: String

  /// Measures.
  ///
  /// - Returns: A line of JSON.
  func run(
    _ configuration: PostgresConfiguration,
    on group: MultiThreadedEventLoopGroup
  ) async throws -> String {
    let connection = try await PostgresConnection.connect(to: configuration, on: group)
    let start = ContinuousClock.now
    let count = try await connection.stream(PostgresQuery(unescaped: sql)) { stream in
      var count = 0
      for try await batch in stream.batches { count += batch.count }
      return count
    }
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    await connection.close()
    return """
      {"rows": \(count), "seconds": \(Double(Int(seconds * 1000)) / 1000), \
      "peak_resident_bytes": \(peakResidentByteCount())}
      """
  }

  /// The most memory that the process has had; 0 where the system does not say.
  private func peakResidentByteCount() -> Int {
    var usage = rusage()
    // Safety: the call writes one `rusage`, which is there.
    guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
    return usage.ru_maxrss * 1024
  }
}
