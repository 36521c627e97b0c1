internal import Foundation

/// Runs Python scripts of `Tests/Differential` that say what the reference would answer.
public enum PythonOracle {
  /// What to do when there is no interpreter: the comment of a skipped test.
  public static let hint = "set MOLT_PYTHON to a CPython of 3.10 or later, or put python3 on PATH"

  /// The interpreter: `MOLT_PYTHON`, otherwise the first `python3` on `PATH`.
  public static let interpreter: String? = {
    let environment = ProcessInfo.processInfo.environment
    if let given = environment["MOLT_PYTHON"], !given.isEmpty { return given }
    return (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/python3" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }()

  /// Where generated inputs start: `MOLT_SEED`, otherwise another one in each run.
  ///
  /// Tests print it and name it in their failures, so that a run can be repeated.
  public static let seed: UInt64 =
    ProcessInfo.processInfo.environment["MOLT_SEED"].flatMap { UInt64($0) }
    ?? UInt64.random(in: 0..<1_000_000_000)

  /// The root of the repository.
  static let repository = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// What a script wrote.
  ///
  /// - Parameters:
  ///   - script: The name of a file in `Tests/Differential`.
  ///   - arguments: Its arguments.
  /// - Returns: Everything from its standard output; its standard error is the test's.
  /// - Throws: ``Failure`` when there is no interpreter, or the script ended with an error.
  public static func run(_ script: String, _ arguments: [String]) throws -> [UInt8] {
    guard let interpreter else { throw Failure(reason: hint) }
    let path = repository.appendingPathComponent("Tests/Differential/\(script)").path
    let process = Process()
    process.executableURL = URL(fileURLWithPath: interpreter)
    process.arguments = ["-X", "utf8", path] + arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = Array(output.fileHandleForReading.readDataToEndOfFile())
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(reason: "\(script) ended with status \(process.terminationStatus)")
    }
    return bytes
  }

  /// Why an oracle gave no answer.
  public struct Failure: Error, CustomStringConvertible {
    /// One sentence.
    public let reason: String

    /// The reason.
    public var description: String { reason }
  }
}

/// Reads the records that oracle scripts write: fields with a length of four bytes, little-endian.
///
/// A length of 2^32 - 1 stands for None.
public struct OracleRecords {
  private let bytes: [UInt8]
  private var offset = 0

  /// Creates a reader of a script's output.
  ///
  /// - Parameter bytes: What ``PythonOracle/run(_:_:)`` returned.
  public init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Whether everything has been read.
  public var isAtEnd: Bool { offset >= bytes.count }

  /// The next field.
  ///
  /// - Returns: Its bytes, or nil for None.
  public mutating func next() -> [UInt8]? {
    let length = bytes[offset..<(offset + 4)].reversed().reduce(0) { $0 << 8 | Int($1) }
    offset += 4
    guard length != 0xFFFF_FFFF else { return nil }
    defer { offset += length }
    return Array(bytes[offset..<(offset + length)])
  }
}

/// Where the published test suites lie: `MOLT_SUITES`, otherwise `../shared/suites`.
public enum Suites {
  /// The comment of a skipped test.
  public static let hint = "set MOLT_SUITES to the folder of published suites"

  private static let root: URL = {
    let given = ProcessInfo.processInfo.environment["MOLT_SUITES"]
    return given.map { URL(fileURLWithPath: $0) }
      ?? PythonOracle.repository.deletingLastPathComponent()
      .appendingPathComponent("shared/suites")
  }()

  /// The folder of a suite, or nil when it is not there.
  ///
  /// - Parameter name: Its path below the suites, such as `json/parsing`.
  /// - Returns: Its path.
  public static func folder(_ name: String) -> String? {
    let path = root.appendingPathComponent(name).path
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }
}
