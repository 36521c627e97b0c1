/// Prepares a password for hashing: what looks the same to people becomes the same bytes.
///
///     "pass word"        stays                    ASCII is never touched
///     "pass\u{A0}word"   becomes "pass word"      spaces of all kinds become one kind
///     "pass\u{AD}word"   becomes "password"       what is not visible goes
///     "pass\u{7}wörd"    stays                    prohibited: used as it is, like PostgreSQL does
///
/// The step in between, Unicode's normal form KC, is not done: letters with accents are taken to be
/// composed, as keyboards write them, and ligatures, full-width letters and the like stay what they
/// are. A password in which that makes a difference can be given in normal form KC.
///
/// Source: RFC 4013; the tables are those of RFC 3454.
package enum SASLprep {
  /// The bytes to hash.
  ///
  /// - Complexity: O(bytes of the password)
  package static func prepare(_ password: String) -> [UInt8] {
    let raw = Array(password.utf8)
    if raw.allSatisfy({ $0 < 0x80 }) { return raw }
    var mapped = String.UnicodeScalarView()
    for scalar in password.unicodeScalars {
      if isSpace(scalar) {
        mapped.append(" ")
      } else if !isInvisible(scalar) {
        mapped.append(scalar)
      }
    }
    guard !mapped.isEmpty, !mapped.contains(where: isProhibited) else { return raw }
    return Array(String(mapped).utf8)
  }

  /// Table C.1.2, spaces other than the ASCII one.
  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xA0, 0x1680, 0x2000...0x200B, 0x202F, 0x205F, 0x3000: true
    default: false
    }
  }

  /// Table B.1, commonly mapped to nothing.
  ///
  /// U+200B stands in both tables; as in PostgreSQL, the one of spaces comes first.
  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xAD, 0x034F, 0x1806, 0x180B...0x180D, 0x200C, 0x200D, 0x2060, 0xFE00...0xFE0F, 0xFEFF:
      true
    default: false
    }
  }

  /// Tables C.2 to C.9: controls, private use, noncharacters, and what cannot be told apart in
  /// print; of table A.1 the large blocks that Unicode 3.2 left unassigned, emoji among them.
  private static func isProhibited(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0...0x1F, 0x7F...0x9F, 0x06DD, 0x070F, 0x180E, 0x200C...0x200F, 0x2028...0x202E,
      0x2060...0x2063, 0x206A...0x206F, 0x2FF0...0x2FFB, 0x0340, 0x0341, 0xE000...0xF8FF,
      0xFDD0...0xFDEF, 0xFEFF, 0xFFF9...0xFFFF, 0x1D173...0x1D17A, 0xE0001, 0xE0020...0xE007F,
      0xF0000...0x10FFFF,
      0x10000...0x102FF, 0x1044E...0x1CFFF, 0x1D800...0x1FFFF, 0x2A6D7...0x2F7FF,
      0x2FA1E...0xE0000:
      true
    default: scalar.value & 0xFFFE == 0xFFFE
    }
  }
}
