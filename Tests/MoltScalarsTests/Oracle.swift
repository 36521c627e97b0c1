import Foundation

/// Runs `Tests/Differential/scalars_oracle.py` in the Python named by `MOLT_PYTHON`, or `python3`.
enum Oracle {
  static let python = ProcessInfo.processInfo.environment["MOLT_PYTHON"] ?? "python3"

  static let hasPython = run(["-c", "import decimal"]) != nil
  static let hasDjango = run(["-c", "import django"]) != nil

  /// The seed of a run, printed so that a failure can be repeated with `MOLT_SEED`.
  static let seed: UInt64 = {
    let given = ProcessInfo.processInfo.environment["MOLT_SEED"].flatMap { UInt64($0) }
    let seed = given ?? UInt64.random(in: 0..<1_000_000_000)
    print("scalars_oracle.py: MOLT_SEED=\(seed)")
    return seed
  }()

  /// The fields of each line that the script prints.
  static func lines(_ kind: String, count: Int) -> [[Substring]]? {
    let script = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Differential/scalars_oracle.py").path
    return run([script, kind, "--seed", "\(seed)", "--count", "\(count)"])?
      .split(separator: "\n").map { $0.split(separator: "\t", omittingEmptySubsequences: false) }
  }

  /// What Python prints, or nil if it cannot be run or fails.
  private static func run(_ arguments: [String]) -> String? {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [python] + arguments
    process.standardOutput = output
    do { try process.run() } catch { return nil }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return String(decoding: data, as: UTF8.self)
  }
}
