import Foundation

/// How many bytes of memory the process holds.
///
/// Other tests of a process take memory too: measure inside `#expect(processExitsWith: .success)`.
public func residentByteCount() throws -> Int {
  let text = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8)
  return (Int(text.split(separator: " ")[1]) ?? 0) * 4096
}
