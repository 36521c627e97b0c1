/// A way from the outermost value of a document to another one (RFC 6901).
///
///     let pointer = try JSONPointer("/statuses/0/user~1name")    statuses, 0, user/name
///     let name = try document.root.resolve(pointer).string()
///
/// It is parsed once and used on documents of any format. The empty pointer is the value itself.
public struct JSONPointer: Hashable, Sendable {
  /// The keys and indexes on the way, without escapes.
  public let tokens: [String]

  /// Creates a pointer from its tokens.
  public init(tokens: [String]) { self.tokens = tokens }

  /// Parses a pointer: nothing, or tokens that each have a `/` in front.
  ///
  /// - Parameter text: The pointer, in which `~0` is a `~` and `~1` a `/` (section 3).
  /// - Throws: ``JSONPointerError`` with `syntax`.
  public init(_ text: String) throws(JSONPointerError) {
    self.tokens = try Self.parse(Array(text.utf8))
  }

  /// Parses a pointer in a URI fragment, in which bytes may stand as `%` and two digits (section 6).
  ///
  /// - Parameter fragment: The fragment, with its `#` or without.
  /// - Throws: ``JSONPointerError`` with `syntax`, also for bytes that are not UTF-8.
  public init(fragment: String) throws(JSONPointerError) {
    let bytes = Array(fragment.utf8)
    let start = bytes.first == 0x23 ? 1 : 0
    var decoded: [UInt8] = []
    var index = start
    while index < bytes.count {
      if bytes[index] != 0x25 {
        decoded.append(bytes[index])
        index += 1
        continue
      }
      guard index + 2 < bytes.count, let high = Self.digit(bytes[index + 1]),
        let low = Self.digit(bytes[index + 2])
      else { throw JSONPointerError(.syntax, at: index) }
      decoded.append(high << 4 | low)
      index += 3
    }
    self.tokens = try Self.parse(decoded)
  }

  /// The pointer as it is written.
  public var text: String {
    tokens.map { token in
      "/" + token.flatMap { $0 == "~" ? "~0" : $0 == "/" ? "~1" : String($0) }
    }.joined()
  }

  /// The pointer to an element or value below.
  public func appending(_ token: String) -> JSONPointer { JSONPointer(tokens: tokens + [token]) }

  private static func parse(_ bytes: [UInt8]) throws(JSONPointerError) -> [String] {
    guard let first = bytes.first else { return [] }
    guard first == 0x2F else { throw JSONPointerError(.syntax, at: 0) }
    var tokens: [String] = []
    var token: [UInt8] = []
    var index = 1
    while index <= bytes.count {
      guard index < bytes.count, bytes[index] != 0x2F else {
        guard let text = String(validating: token, as: UTF8.self) else {
          throw JSONPointerError(.syntax, at: index - token.count)
        }
        tokens.append(text)
        token.removeAll()
        index += 1
        continue
      }
      if bytes[index] == 0x7E {
        index += 1
        guard index < bytes.count, bytes[index] == 0x30 || bytes[index] == 0x31 else {
          throw JSONPointerError(.syntax, at: index - 1)
        }
        token.append(bytes[index] == 0x30 ? 0x7E : 0x2F)
      } else {
        token.append(bytes[index])
      }
      index += 1
    }
    return tokens
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }
}

extension JSONPointer: CustomStringConvertible {
  /// The pointer as it is written.
  public var description: String { text }
}

/// Why a pointer is none, or leads nowhere.
public struct JSONPointerError: Error, Equatable, Sendable {
  /// What is wrong.
  public enum Code: UInt8, Sendable {
    /// The text is no pointer; the place is the byte, in a fragment the decoded one.
    case syntax
    /// A map has no such key, or an array not as many elements; the place is the token's index.
    case notFound
    /// A token for an array is not an index without leading zeros; the place is the token's index.
    case notAnIndex
    /// A token stands below a value that is neither array nor map; the place is the token's index.
    case notAContainer
  }

  /// What is wrong.
  public let code: Code
  /// Where in the pointer: see ``Code``.
  public let place: Int

  /// Creates an error.
  public init(_ code: Code, at place: Int) {
    self.code = code
    self.place = place
  }
}

extension JSONPointerError: CustomStringConvertible {
  /// One sentence.
  public var description: String {
    switch code {
    case .syntax: "no JSON pointer: wrong at byte \(place)"
    case .notFound: "nothing is there for token \(place) of the pointer"
    case .notAnIndex: "token \(place) of the pointer is no index of an array"
    case .notAContainer: "token \(place) of the pointer is below a value that holds no others"
    }
  }
}

extension TapeValue {
  /// The value that a pointer leads to.
  ///
  /// In MessagePack and CBOR a token also finds a key that is this integer, and tags are stepped over.
  ///
  /// - Throws: ``JSONPointerError`` with the first token that leads nowhere. The token `-`, which means
  ///   the element behind the last (section 4), never leads anywhere.
  /// - Complexity: O(values beside the way)
  @_lifetime(copy self)
  public func resolve(_ pointer: JSONPointer) throws(JSONPointerError) -> TapeValue {
    var index = memory.untagged(self.index)
    for place in pointer.tokens.indices {
      index = memory.untagged(try memory.step(pointer.tokens[place], place, from: index))
    }
    return value(at: index)
  }
}

extension TapeMemory {
  /// The index of the value below any tags.
  fileprivate func untagged(_ start: Int) -> Int {
    var index = start
    while word(index).kind == .tag { index += word(index).wordCount }
    return index
  }

  fileprivate func step(
    _ token: String,
    _ place: Int,
    from index: Int
  ) throws(JSONPointerError) -> Int {
    switch word(index).kind {
    case .map:
      let found = indexOfValue(token.utf8.span, in: index)
      if found != 0 { return found }
      guard let found = indexOfValue(integer: token, in: index) else {
        throw JSONPointerError(.notFound, at: place)
      }
      return found
    case .array:
      guard token == "-" || Self.isIndex(token) else {
        throw JSONPointerError(.notAnIndex, at: place)
      }
      guard let ordinal = Int(token), let found = element(ordinal, of: index) else {
        throw JSONPointerError(.notFound, at: place)
      }
      return found
    default: throw JSONPointerError(.notAContainer, at: place)
    }
  }

  private static func isIndex(_ token: String) -> Bool {
    let digits = token.utf8
    guard !digits.isEmpty, digits.allSatisfy({ 0x30...0x39 ~= $0 }) else { return false }
    return digits.count == 1 || digits.first != 0x30
  }

  private func element(_ ordinal: Int, of array: Int) -> Int? {
    let end = word(array).offset
    var index = array + 1
    var left = ordinal
    while index < end {
      if left == 0 { return index }
      left -= 1
      index = self.end(of: index)
    }
    return nil
  }

  /// Where the value of a key stands that is an integer, the last of several.
  private func indexOfValue(integer token: String, in map: Int) -> Int? {
    guard format != .json, let number = Int64(token), String(number) == token else { return nil }
    var found: Int?
    var index = map + 1
    while index < word(map).offset {
      let value = end(of: index)
      // Safety: the key does not leave this function.
      let key = unsafe TapeValue(self, at: index)
      if key.kind == .integer, (try? key.int64()) == number { found = value }
      index = end(of: value)
    }
    return found
  }
}
