import MoltWorker
import MoltWorkerWire
import Testing

@Suite("A worker's metrics", .serialized)
struct MetricsTests {
  /// One line of a page that is not a comment.
  struct Sample {
    var name: String
    var labels: [String: String]
    var value: Double
  }

  @Test("follow Prometheus' text format and count what happened")
  func page() async throws {
    try await withWorker { worker in
      var client = try worker.connect(preparing: "bytes 100", "fail")
      _ = try client.call(.run(1), .run(1))
      _ = code { _ = try client.call(.run(2), .run(2)) }
      _ = code { _ = try client.call(.run(3), .run(77)) }
      let page = try client.call(RequestHeader(id: 4, .metrics), .metrics)
      let samples = try parse(String(decoding: page, as: UTF8.self))
      func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        samples.first { $0.name == name && $0.labels == labels }?.value
      }
      #expect(value("molt_requests_total", ["op": "run", "code": "ok"]) == 1)
      #expect(value("molt_requests_total", ["op": "run", "code": "unsupported"]) == 1)
      #expect(value("molt_requests_total", ["op": "run", "code": "invalid_input"]) == 1)
      #expect(value("molt_requests_total", ["op": "prepare", "code": "ok"]) == 2)
      #expect(value("molt_answer_bytes_total") == 100)
      #expect(value("molt_statements") == 2)
      #expect(value("molt_connections") == 1)
      #expect(value("molt_queue_depth") == 0)
      #expect(value("molt_request_duration_seconds_count", ["op": "run"]) == 3)
      checkHistograms(samples)
    }
  }

  /// Every bucket counts at least what the one below it counts, and the last counts all.
  func checkHistograms(_ samples: [Sample]) {
    let name = "molt_request_duration_seconds"
    for operation in Operation.allCases.map(\.rawValue) {
      let buckets = samples.filter { $0.name == name + "_bucket" && $0.labels["op"] == operation }
      #expect(buckets.count > 10)
      #expect(buckets.last?.labels["le"] == "+Inf")
      for (lower, upper) in zip(buckets, buckets.dropFirst()) {
        #expect(lower.value <= upper.value)
      }
      let count = samples.first { $0.name == name + "_count" && $0.labels["op"] == operation }
      #expect(count?.value == buckets.last?.value)
    }
  }

  /// Reads a page strictly: HELP, TYPE, then the samples of that family.
  func parse(_ page: String) throws -> [Sample] {
    #expect(page.hasSuffix("\n"))
    var samples: [Sample] = []
    var family = ""
    var families: Set<String> = []
    for line in page.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      if line.hasPrefix("# HELP ") {
        family = String(line.split(separator: " ")[2])
        #expect(families.insert(family).inserted, "\(family) comes twice")
      } else if line.hasPrefix("# TYPE ") {
        let words = line.split(separator: " ")
        #expect(words.count == 4 && words[2] == family)
        #expect(["counter", "gauge", "histogram"].contains(words[3]))
      } else {
        let match = try #require(
          line.wholeMatch(of: /([a-z_]+)(?:\{((?:[a-z]+="[^"\\]*",?)*)\})? ([0-9.e+-]+)/),
          "\(line)"
        )
        #expect(match.1.hasPrefix(family))
        var labels: [String: String] = [:]
        for label in (match.2 ?? "").matches(of: /([a-z]+)="([^"]*)"/) {
          labels[String(label.1)] = String(label.2)
        }
        let value = try #require(Double(match.3))
        samples.append(Sample(name: String(match.1), labels: labels, value: value))
      }
    }
    return samples
  }
}
