internal import MoltTape

/// A JSON Pointer (RFC 6901) as Python's documents follow it.
///
///     /items/0/a~1b     the key "a/b" of the first element of the map's "items"
struct DocumentPath {
  /// Where a path leads.
  enum Result {
    /// The value at an index of the tape.
    case found(Int)
    /// A map has no such key, or a scalar has no keys.
    case noKey(String)
    /// An array has no such element.
    case noElement(String)
  }

  private let tokens: [String]

  /// Takes a pointer apart; nil for a text that is none.
  init?(_ pointer: String) {
    guard pointer.isEmpty || pointer.utf8.first == 0x2F else { return nil }
    tokens = pointer.utf8.split(separator: 0x2F, omittingEmptySubsequences: false).dropFirst().map {
      Self.unescaped($0)
    }
  }

  /// Finds the value.
  ///
  /// - Complexity: O(elements and keys on the way)
  func follow(in memory: TapeMemory, from start: Int) -> Result {
    var index = start
    for token in tokens {
      switch memory.word(index).kind {
      case .map:
        index = memory.indexOfValue(token.utf8.span, in: index)
        if index == 0 { return .noKey(token) }
      case .array:
        guard let next = element(token, of: index, in: memory) else { return .noElement(token) }
        index = next
      default: return .noKey(token)
      }
    }
    return .found(index)
  }

  private func element(_ token: String, of array: Int, in memory: TapeMemory) -> Int? {
    let isPlain = token.utf8.allSatisfy { 0x30...0x39 ~= $0 }
    guard isPlain, token == "0" || token.utf8.first != 0x30, var left = Int(token) else {
      return nil
    }
    var index = array + 1
    let end = memory.word(array).offset
    while index < end, left > 0 {
      index = memory.end(of: index)
      left -= 1
    }
    return index < end ? index : nil
  }

  /// A token whose `~1` is a slash and whose `~0` is a tilde.
  private static func unescaped(_ token: Substring.UTF8View.SubSequence) -> String {
    var bytes: [UInt8] = []
    var isTilde = false
    for byte in token {
      if isTilde, byte == 0x30 || byte == 0x31 {
        bytes[bytes.count - 1] = byte == 0x30 ? 0x7E : 0x2F
        isTilde = false
      } else {
        isTilde = byte == 0x7E
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
