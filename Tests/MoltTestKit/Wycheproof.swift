internal import Foundation

/// The test vectors of the Wycheproof project, one file per algorithm.
public struct Wycheproof {
  /// What an implementation must say about a case.
  public enum Verdict: String, Sendable {
    case valid, invalid
    /// Either answer is allowed.
    case acceptable
  }

  /// A group of cases and one case of it.
  public struct Case: CustomStringConvertible {
    private let group: [String: Any]
    private let fields: [String: Any]

    init(group: [String: Any], fields: [String: Any]) {
      self.group = group
      self.fields = fields
    }

    /// What must be said.
    public var verdict: Verdict { Verdict(rawValue: text("result")) ?? .invalid }

    /// Its number and comment.
    public var description: String { "case \(number("tcId")): \(text("comment"))" }

    /// A number of the case or of its group.
    public func number(_ name: String) -> Int { (fields[name] ?? group[name]) as? Int ?? -1 }

    /// A text of the case or of its group.
    public func text(_ name: String) -> String { (fields[name] ?? group[name]) as? String ?? "" }

    /// A text in hexadecimal as bytes.
    public func bytes(_ name: String) -> [UInt8] { Wycheproof.bytes(text(name)) }

    /// The JSON text of an object of the case or of its group.
    public func document(_ name: String) -> [UInt8]? {
      guard let value = fields[name] ?? group[name], value is [String: Any] else { return nil }
      return (try? JSONSerialization.data(withJSONObject: value)).map { Array($0) }
    }

    /// The JSON text of an array of the case or of its group.
    public func list(_ name: String) -> [UInt8]? {
      guard let value = fields[name] ?? group[name], value is [Any] else { return nil }
      return (try? JSONSerialization.data(withJSONObject: value)).map { Array($0) }
    }

    /// The names that say what is special.
    public var flags: [String] { fields["flags"] as? [String] ?? [] }
  }

  /// All cases of a file.
  ///
  /// - Parameter name: The file's name without `_test.json`.
  /// - Returns: The cases; none when the suite is not there.
  public static func cases(_ name: String) -> [Case] {
    guard let folder = Suites.folder("auth/wycheproof"),
      let data = FileManager.default.contents(atPath: "\(folder)/\(name)_test.json"),
      let file = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
    else { return [] }
    let groups = file["testGroups"] as? [[String: Any]] ?? []
    return groups.flatMap { group in
      (group["tests"] as? [[String: Any]] ?? []).map { Case(group: group, fields: $0) }
    }
  }

  /// The bytes of hexadecimal digits.
  public static func bytes(_ digits: String) -> [UInt8] {
    let values = digits.compactMap { $0.hexDigitValue.map { UInt8($0) } }
    return stride(from: 0, to: values.count - 1, by: 2).map { values[$0] << 4 | values[$0 + 1] }
  }
}
