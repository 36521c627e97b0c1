internal import Synchronization

/// A number that goes up and down and may be read at any time by any thread.
final class Gauge: Sendable {
  private let count = Atomic<Int>(0)

  /// The number now.
  var value: Int { count.load(ordering: .acquiring) }

  /// Changes the number.
  ///
  /// - Returns: The number after the change.
  @discardableResult
  func add(_ change: Int) -> Int {
    count.wrappingAdd(change, ordering: .acquiringAndReleasing).newValue
  }
}
