internal import CMoltDigests

/// The result of a digest: up to 64 bytes, kept inline.
///
/// Two values are compared in a time that does not depend on where they differ.
public struct DigestValue: Sendable {
  var storage = InlineArray<64, UInt8>(repeating: 0)

  /// The number of bytes.
  public let count: Int

  init(count: Int) { self.count = count }

  /// The bytes.
  public var span: Span<UInt8> {
    @_lifetime(borrow self) get { storage.span.extracting(0..<count) }
  }

  /// The bytes as an array of their own.
  public var bytes: [UInt8] { (0..<count).map { storage[$0] } }

  /// The bytes in hexadecimal, with small letters.
  public var hexadecimal: String { Hexadecimal.text(span) }

  /// Whether these are the same bytes; takes the same time whatever they are.
  public func equals(_ other: Span<UInt8>) -> Bool { ConstantTime.equal(span, other) }
}

/// Comparing without telling where the difference is.
public enum ConstantTime {
  /// Whether two runs of bytes are the same; takes the same time for all of one length.
  ///
  /// - Complexity: O(count)
  public static func equal(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    guard left.count > 0 else { return true }
    return unsafe left.withUnsafeBufferPointer { left in
      unsafe right.withUnsafeBufferPointer { right in
        unsafe molt_difference(left.baseAddress, right.baseAddress, left.count) == 0
      }
    }
  }

  /// Whether two texts are the same bytes; takes the same time for all of one length.
  public static func equal(_ left: String, _ right: String) -> Bool {
    equal(left.utf8.span, right.utf8.span)
  }
}

/// Bytes as pairs of hexadecimal digits.
public enum Hexadecimal {
  /// The digits of `bytes`, with small letters.
  public static func text(_ bytes: Span<UInt8>) -> String {
    var text = ""
    text.reserveCapacity(2 * bytes.count)
    for index in bytes.indices {
      text.unicodeScalars.append(digit(bytes[index] >> 4))
      text.unicodeScalars.append(digit(bytes[index] & 15))
    }
    return text
  }

  private static func digit(_ value: UInt8) -> Unicode.Scalar {
    Unicode.Scalar(value < 10 ? 0x30 + value : 0x57 + value)
  }
}
