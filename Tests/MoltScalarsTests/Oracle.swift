import MoltTestKit

/// What `Tests/Differential/scalars_oracle.py` prints.
enum Oracle {
  static let hasPython = PythonOracle.interpreter != nil
  static let hasDjango = lines("duration", count: 1) != nil

  /// The fields of each line that the script prints, or nil if it fails.
  static func lines(_ kind: String, count: Int) -> [[Substring]]? {
    let seed = PythonOracle.seed
    print("scalars_oracle.py \(kind): MOLT_SEED=\(seed)")
    let arguments = [kind, "--seed", "\(seed)", "--count", "\(count)"]
    guard let bytes = try? PythonOracle.run("scalars_oracle.py", arguments) else { return nil }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      .map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
  }
}
