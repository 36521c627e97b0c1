public import CMolt
internal import MoltAuth
internal import MoltDigests
internal import MoltErrors

/// Implements `molt_password_encode`, documented in molt_password.h.
@c @implementation
public func molt_password_encode(
  _ algorithm: UnsafePointer<CChar>!,
  _ costs: UnsafePointer<UInt64>!,
  _ password: UnsafePointer<UInt8>!,
  _ password_count: Int,
  _ salt: UnsafePointer<UInt8>!,
  _ salt_count: Int,
  _ encoded: UnsafeMutablePointer<CChar>!,
  _ capacity: Int,
  _ error: UnsafeMutablePointer<molt_error>!
) -> Int32 {
  unsafe reporting(to: error) { () throws(MoltError) in
    let name = unsafe String(cString: algorithm)
    let salt = unsafe String(
      decoding: UnsafeBufferPointer(start: salt, count: salt_count),
      as: UTF8.self
    )
    let costs = unsafe (costs[0], costs[1], costs[2])
    let text: String
    do throws(PasswordError) {
      let hasher = try hasher(name, costs)
      text = try hasher.encode(unsafe borrowed(password, password_count), salt: salt)
    } catch {
      throw MoltError(error)
    }
    guard text.utf8.count < capacity else {
      throw MoltError(.tooLarge, "the text has \(text.utf8.count) bytes", offset: -1)
    }
    for (index, byte) in text.utf8.enumerated() {
      unsafe encoded[index] = CChar(bitPattern: byte)
    }
    unsafe encoded[text.utf8.count] = 0
  }
}

/// Implements `molt_password_verify`, documented in molt_password.h.
@c @implementation
public func molt_password_verify(
  _ password: UnsafePointer<UInt8>!,
  _ password_count: Int,
  _ encoded: UnsafePointer<UInt8>!,
  _ encoded_count: Int,
  _ is_correct: UnsafeMutablePointer<Int32>!,
  _ error: UnsafeMutablePointer<molt_error>!
) -> Int32 {
  unsafe reporting(to: error) { () throws(MoltError) in
    let text = unsafe String(
      decoding: UnsafeBufferPointer(start: encoded, count: encoded_count),
      as: UTF8.self
    )
    do throws(PasswordError) {
      let hasher = try PasswordHashers(PasswordHashers.django(.v6_1)).identify(text)
      let isCorrect = try hasher.verify(
        unsafe borrowed(password, password_count),
        against: text
      )
      unsafe is_correct.pointee = isCorrect ? 1 : 0
    } catch {
      throw MoltError(error)
    }
  }
}

/// The hasher of a name with its costs.
private func hasher(
  _ name: String,
  _ costs: (UInt64, UInt64, UInt64)
) throws(PasswordError) -> any PasswordHasher {
  switch name {
  case "pbkdf2_sha256": return try PBKDF2Hasher(.sha256, iterations: Int(clamping: costs.0))
  case "pbkdf2_sha1": return try PBKDF2Hasher(.sha1, iterations: Int(clamping: costs.0))
  case "argon2":
    return try Argon2Hasher(
      timeCost: UInt32(clamping: costs.0),
      memoryCost: UInt32(clamping: costs.1),
      parallelism: UInt32(clamping: costs.2)
    )
  case "scrypt":
    return try ScryptHasher(
      workFactor: Int(clamping: costs.0),
      blockSize: Int(clamping: costs.1),
      parallelism: Int(clamping: costs.2)
    )
  case "bcrypt_sha256": return try BcryptHasher(isPrehashed: true)
  case "bcrypt": return try BcryptHasher(isPrehashed: false)
  case "md5": return DigestHasher(.md5)
  case "sha1": return DigestHasher(.sha1)
  case "crypt": return CryptHasher()
  default: throw .unknownAlgorithm
  }
}

extension MoltError {
  init(_ error: PasswordError) {
    switch error {
    case .unknownAlgorithm, .unavailable: self.init(.unsupported, error.message, offset: -1)
    case .memory: self.init(.internal, error.message, offset: -1)
    case .malformed(let offset): self.init(.invalidInput, error.message, offset: offset)
    case .otherAlgorithm, .parameter, .invalidSalt, .nullByte:
      self.init(.invalidInput, error.message, offset: -1)
    }
  }
}
