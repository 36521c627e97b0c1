/// A type whose keys are integers in the document.
public struct Numbered: Decodable {
  /// Under 1.
  public var one: String
  /// Under 2; empty where it is missing.
  public var two: [Int]

  enum Keys: Int, CodingKey { case one = 1, two = 2 }

  /// Reads it.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Keys.self)
    one = try container.decode(String.self, forKey: .one)
    two = try container.decodeIfPresent([Int].self, forKey: .two) ?? []
  }
}
