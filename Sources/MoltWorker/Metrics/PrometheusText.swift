internal import MoltErrors
internal import MoltWorkerWire

/// Writes the metrics in Prometheus' text format 0.0.4.
///
///     # HELP molt_connections Open connections.
///     # TYPE molt_connections gauge
///     molt_connections 3
///
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
struct PrometheusText {
  private(set) var text = ""

  /// The page of a worker.
  static func page(of metrics: WorkerMetrics, version: String) -> String {
    let totals = metrics.snapshot
    var page = PrometheusText()
    page.begin("molt_build_info", "gauge", "The version of this worker.")
    page.sample("molt_build_info", "version=\"\(version)\"", 1)
    page.value(
      "molt_connections",
      "gauge",
      "Open connections.",
      metrics.connections.value
    )
    page.value(
      "molt_connections_total",
      "counter",
      "Accepted connections.",
      totals.acceptedConnections
    )
    page.value(
      "molt_statements",
      "gauge",
      "Prepared statements of all connections.",
      metrics.statements.value
    )
    page.value(
      "molt_shared_bytes",
      "gauge",
      "Bytes of memory shared with clients.",
      metrics.sharedBytes.value
    )
    page.value(
      "molt_requests_in_flight",
      "gauge",
      "Requests accepted and not answered.",
      metrics.inFlight.value
    )
    page.value(
      "molt_queue_depth",
      "gauge",
      "Requests that wait for a database thread or a connection.",
      metrics.waiting.value
    )
    page.value(
      "molt_answer_bytes_total",
      "counter",
      "Bytes of the answers of runs.",
      totals.answerBytes
    )
    page.value(
      "molt_answer_rows_total",
      "counter",
      "Rows of the answers of runs.",
      totals.answerRows
    )
    page.value(
      "molt_malformed_frames_total",
      "counter",
      "Frames that were no request.",
      totals.malformed
    )
    page.value(
      "molt_slow_readers_closed_total",
      "counter",
      "Connections closed because their reader took nothing.",
      totals.slowReadersClosed
    )
    page.requests(totals)
    page.latencies(totals)
    return page.text
  }

  private mutating func requests(_ totals: WorkerMetrics.Totals) {
    begin("molt_requests_total", "counter", "Answered requests by operation and result.")
    for (operation, counts) in zip(Operation.allCases, totals.operations) {
      for (code, count) in zip(ErrorCode.allCases, counts.codes) where count > 0 {
        sample(
          "molt_requests_total",
          "op=\"\(operation.rawValue)\",code=\"\(code.name)\"",
          count
        )
      }
    }
  }

  private mutating func latencies(_ totals: WorkerMetrics.Totals) {
    let name = "molt_request_duration_seconds"
    begin(name, "histogram", "Time from a request's arrival to the end of its answer.")
    for (operation, counts) in zip(Operation.allCases, totals.operations) {
      let label = "op=\"\(operation.rawValue)\""
      var sum: UInt64 = 0
      for (bound, count) in zip(LatencyHistogram.bounds, counts.latency.counts) {
        sum += count
        sample(name + "_bucket", label + ",le=\"\(bound)\"", sum)
      }
      sum += counts.latency.counts.last ?? 0
      sample(name + "_bucket", label + ",le=\"+Inf\"", sum)
      text += "\(name)_sum{\(label)} \(counts.latency.sum)\n"
      sample(name + "_count", label, sum)
    }
  }

  private mutating func begin(_ name: String, _ type: String, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
  }

  private mutating func sample(_ name: String, _ labels: String, _ value: some BinaryInteger) {
    text += "\(name){\(labels)} \(value)\n"
  }

  private mutating func value(
    _ name: String,
    _ type: String,
    _ help: String,
    _ value: some BinaryInteger
  ) {
    begin(name, type, help)
    text += "\(name) \(value)\n"
  }
}
