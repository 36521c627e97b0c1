import CoreMetrics
import Synchronization

/// Keeps the counters of a test.
final class RecordingMetrics: MetricsFactory {
  /// The factory of the process, which can have one only.
  static let shared: RecordingMetrics = {
    let factory = RecordingMetrics()
    MetricsSystem.bootstrap(factory)
    return factory
  }()

  private let counts = Mutex<[String: Int64]>([:])

  /// What a counter shows now.
  func count(_ label: String, database: String) -> Int64 {
    counts.withLock { $0["\(label) \(database)"] ?? 0 }
  }

  func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    let database = dimensions.first { $0.0 == "database" }?.1 ?? ""
    return RecordingCounter(name: "\(label) \(database)", metrics: self)
  }

  func makeRecorder(
    label: String,
    dimensions: [(String, String)],
    aggregate: Bool
  ) -> any RecorderHandler { NOOPMetricsHandler.instance }

  func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    NOOPMetricsHandler.instance
  }

  func destroyCounter(_ handler: any CounterHandler) {}
  func destroyRecorder(_ handler: any RecorderHandler) {}
  func destroyTimer(_ handler: any TimerHandler) {}

  fileprivate func add(_ amount: Int64, to name: String) {
    counts.withLock { $0[name, default: 0] += amount }
  }
}

private final class RecordingCounter: CounterHandler {
  let name: String
  let metrics: RecordingMetrics

  init(name: String, metrics: RecordingMetrics) {
    self.name = name
    self.metrics = metrics
  }

  func increment(by amount: Int64) { metrics.add(amount, to: name) }
  func reset() {}
}
