import Foundation

/// The program that `bench/codecs.py` drives; `bench/codecs_peers/turns.hpp` has the protocol.
struct Turns {
  let cases: [String: [Case]]
  private var files: [String: [UInt8]] = [:]
  private var works: [String: any Running] = [:]

  init(_ cases: [String: [Case]]) { self.cases = cases }

  /// Answers lines until there are no more.
  mutating func serve(_ name: String, _ version: String) {
    say("\(name)\t\(version)")
    while let line = readLine() {
      let words = line.split(separator: "\t").map(String.init)
      do {
        say(try answer(words))
      } catch {
        say("failed\t\(words.joined(separator: " ")): \(error)")
      }
    }
  }

  private mutating func answer(_ words: [String]) throws -> String {
    guard words.count == 4, let work = try work(words[1], words[2]) else { return "none" }
    if words[0] == "run" { return String(try median(of: work, Double(words[3]) ?? 0)) }
    try Data(work.show()).write(to: URL(fileURLWithPath: words[3]))
    return "done"
  }

  private mutating func work(_ what: String, _ path: String) throws -> (any Running)? {
    let key = what + "\t" + path
    if let work = works[key] { return work }
    let url = URL(fileURLWithPath: path)
    let stem = url.deletingPathExtension().lastPathComponent
    guard let found = cases[what]?.first(where: { $0.file == nil || $0.file == stem }) else {
      return nil
    }
    let bytes = try files[path] ?? Array(Data(contentsOf: url))
    files[path] = bytes
    works[key] = try found.make(bytes)
    return works[key]
  }

  /// The median of the calls of a turn, in nanoseconds; the first call does not count.
  private func median(of work: any Running, _ milliseconds: Double) throws -> Double {
    try work.call()
    var taken: [Duration] = []
    var now = ContinuousClock.now
    let end = now + .nanoseconds(Int(milliseconds * 1e6))
    while now < end || taken.count < 3 {
      try work.call()
      let next = ContinuousClock.now
      taken.append(next - now)
      now = next
    }
    taken.sort()
    return taken[taken.count / 2] / .nanoseconds(1)
  }

  private func say(_ line: String) {
    print(line)
    fflush(nil)
  }
}

/// The version of the compiler, whose Foundation this is.
#if swift(>=6.4)
  let swiftVersion = "6.4 or newer"
#elseif swift(>=6.3)
  let swiftVersion = "6.3"
#else
  let swiftVersion = "6.2 or older"
#endif
