/// How long requests took, in buckets as Prometheus wants them.
struct LatencyHistogram {
  /// The buckets' upper bounds in seconds.
  static let bounds: [Double] = [
    0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5,
    10, 30,
  ]

  /// How many requests fell into each bucket alone; the last one has no bound.
  private(set) var counts = [UInt64](repeating: 0, count: bounds.count + 1)
  /// The sum of all durations, in seconds.
  private(set) var sum = 0.0

  /// Takes note of one request.
  mutating func record(nanoseconds: UInt64) {
    let seconds = Double(nanoseconds) / 1e9
    sum += seconds
    counts[Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count] += 1
  }
}
