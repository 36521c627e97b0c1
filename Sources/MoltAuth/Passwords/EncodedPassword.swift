/// The parts of a stored password, in the order in which Django shows them.
public struct EncodedPassword: Equatable, Sendable {
  /// What a part is.
  public enum Name: String, Sendable {
    case algorithm, variety, version, iterations, salt, hash, checksum, parallelism
    case memoryCost = "memory cost"
    case timeCost = "time cost"
    case workFactor = "work factor"
    case blockSize = "block size"
  }

  /// A part: a number or a text.
  public enum Value: Equatable, Sendable {
    case number(Int)
    case text(String)
  }

  /// The parts.
  public internal(set) var parts: [(name: Name, value: Value)] = []

  /// How many characters of the salt and of the hash a summary shows.
  var shown = (salt: 6, hash: 6)

  init(algorithm: String) { append(.algorithm, algorithm) }

  mutating func append(_ name: Name, _ value: String) { parts.append((name, .text(value))) }

  mutating func append(_ name: Name, _ value: Int) { parts.append((name, .number(value))) }

  /// The parts as they may be shown to people: the rest of salt and hash is stars.
  ///
  /// Equal to Django's `safe_summary`, whose labels are ``Name``'s raw values.
  public var summary: [(name: String, value: String)] {
    parts.map { part in
      switch (part.name, part.value) {
      case (_, .number(let value)): (part.name.rawValue, String(value))
      case (.salt, .text(let text)): (part.name.rawValue, Self.masked(text, shown: shown.salt))
      case (.hash, .text(let text)), (.checksum, .text(let text)):
        (part.name.rawValue, Self.masked(text, shown: shown.hash))
      case (_, .text(let text)): (part.name.rawValue, text)
      }
    }
  }

  private static func masked(_ text: String, shown: Int) -> String {
    let scalars = text.unicodeScalars
    let stars = String(repeating: "*", count: max(scalars.count - shown, 0))
    return String(String.UnicodeScalarView(scalars.prefix(shown))) + stars
  }

  /// Whether all parts are the same.
  public static func == (left: EncodedPassword, right: EncodedPassword) -> Bool {
    left.parts.elementsEqual(right.parts) { $0.name == $1.name && $0.value == $1.value }
  }
}

/// A stored password cut at its dollar signs.
struct EncodedFields {
  /// The fields, each with its offset in the text.
  let fields: [(text: Substring, offset: Int)]
  private let byteCount: Int

  /// Cuts at the first `count - 1` dollar signs.
  ///
  /// - Throws: ``PasswordError/otherAlgorithm`` when the first field is not `algorithm`,
  ///   ``PasswordError/malformed(offset:)`` when there are fewer fields.
  init(_ encoded: String, count: Int, algorithm: String) throws(PasswordError) {
    var fields: [(text: Substring, offset: Int)] = []
    var offset = 0
    for field in encoded.split(
      separator: "$",
      maxSplits: count - 1,
      omittingEmptySubsequences: false
    ) {
      fields.append((field, offset))
      offset += field.utf8.count + 1
    }
    guard fields[0].text == algorithm else { throw .otherAlgorithm }
    guard fields.count == count else { throw .malformed(offset: encoded.utf8.count) }
    self.fields = fields
    byteCount = encoded.utf8.count
  }

  func text(_ index: Int) -> String { String(fields[index].text) }

  func malformed(_ index: Int) -> PasswordError { .malformed(offset: fields[index].offset) }

  /// A number as Python's `%d` writes it, of at least 1.
  ///
  /// - Throws: ``PasswordError/malformed(offset:)``, also for other notations, which Django reads
  ///   but never accepts, since it compares with what it would have written.
  func number(_ index: Int) throws(PasswordError) -> Int {
    guard let value = Self.number(fields[index].text.utf8) else { throw malformed(index) }
    return value
  }

  /// The value of decimal digits without zeros in front, at least 1.
  static func number(_ digits: some Collection<UInt8>) -> Int? {
    guard let first = digits.first, first != UInt8(ascii: "0"), digits.count <= 18 else {
      return nil
    }
    var value = 0
    for digit in digits {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
      value = 10 * value + Int(digit - UInt8(ascii: "0"))
    }
    return value
  }
}
