/// Why a password could not be hashed or compared.
///
/// No case contains a part of a password, salt or
/// hash.
public enum PasswordError: Error, Equatable, Sendable {
  /// The parameters of a hash.
  public enum Parameter: Sendable {
    case iterations, memory, parallelism, hashByteCount, blockSize, workFactor
  }

  /// An encoded password is not of its hasher's form from `offset` on, counted in bytes.
  case malformed(offset: Int)
  /// An encoded password names another algorithm than the hasher that was asked.
  case otherAlgorithm
  /// No hasher has the algorithm that an encoded password names.
  case unknownAlgorithm
  /// A parameter lies outside what the algorithm or ``PasswordLimits`` allow.
  case parameter(Parameter)
  /// A salt is empty, too short, or has a character that the encoded form cannot have.
  case invalidSalt
  /// The system has not that much memory.
  case memory(byteCount: Int)
  /// A password has a null byte, with which the algorithm would end it.
  case nullByte
  /// The system lacks the function that computes the algorithm.
  case unavailable

  /// The sentence for people.
  public var message: String {
    switch self {
    case .malformed(let offset): "the encoded password is malformed at byte \(offset)"
    case .otherAlgorithm: "the encoded password is of another algorithm"
    case .unknownAlgorithm: "the encoded password names an unknown algorithm"
    case .parameter(let parameter): "the parameter \(parameter) is out of range"
    case .invalidSalt: "the salt is empty, too short or has a character that it cannot have"
    case .memory(let byteCount): "there are not \(byteCount) bytes of memory"
    case .nullByte: "the password has a null byte"
    case .unavailable: "the system has no function for this algorithm"
    }
  }
}
