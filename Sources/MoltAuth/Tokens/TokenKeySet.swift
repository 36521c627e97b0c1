internal import MoltJSON
internal import MoltTape

/// Keys by their names.
///
/// A set has either shared secrets or keys for signatures: with both, a token could choose how it
/// is verified.
public struct TokenKeySet: Sendable {
  /// The keys.
  public let keys: [TokenKey]

  /// Creates a set.
  ///
  /// - Throws: ``TokenError/ambiguousKeySet`` when two keys have one name, or some are shared
  ///   secrets and others are not.
  public init(_ keys: [TokenKey]) throws(TokenError) {
    let names = keys.compactMap(\.keyID)
    guard Set(names).count == names.count, Set(keys.map(\.isSymmetric)).count <= 1 else {
      throw .ambiguousKeySet
    }
    self.keys = keys
  }

  /// Reads a set in JSON.
  ///
  /// Keys of a kind that signs no tokens are left out, as RFC 7517 advises.
  ///
  /// Source: RFC 7517, section 5.
  ///
  /// - Throws: ``TokenError``, also when one of the keys is malformed or weak.
  public init(jwks: Span<UInt8>, limits: TokenLimits = TokenLimits()) throws(TokenError) {
    guard jwks.count <= limits.keyByteCount else { throw .tooLarge(limit: limits.keyByteCount) }
    var parser = JSONParser(limits: TokenJSON.limits)
    var found: [JWKFields] = []
    do {
      let document = try parser.parse(jwks)
      guard let list = try document.root.map()["keys"] else { throw TokenError.malformedKey }
      var items = try list.array().makeIterator()
      while let item = items.next() { found.append(try JWKFields(item)) }
    } catch let error as TokenError {
      throw error
    } catch {
      throw .malformedKey
    }
    var keys: [TokenKey] = []
    for fields in found {
      do {
        keys.append(try TokenKey(fields, limits))
      } catch {
        guard error == .unsupportedKey else { throw error }
      }
    }
    try self.init(keys)
  }

  /// The key that a token's header names.
  ///
  /// - Throws: ``TokenError/unknownKey`` when there is none of this name, or no name and not
  ///   exactly one key for the algorithm.
  func key(_ keyID: String?, _ algorithm: JWSAlgorithm) throws(TokenError) -> TokenKey {
    // A single key without a name is for every token.
    if keys.count == 1, keyID == nil || keys[0].keyID == nil { return keys[0] }
    let fitting =
      keyID.map { name in keys.filter { $0.keyID == name } }
      ?? keys.filter { $0.algorithms.contains(algorithm) }
    guard fitting.count == 1 else { throw .unknownKey }
    return fitting[0]
  }
}
