internal import MoltBytes
internal import MoltJSON
internal import MoltTape

/// The header of a token: what verifying needs to know.
///
/// Source: RFC 7515, section 4; RFC 7797, section 3.
public struct JWSHeader: Equatable, Sendable {
  /// How the token is signed.
  public var algorithm: JWSAlgorithm
  /// The key's name, `kid`.
  public var keyID: String?
  /// The token's type, `typ`.
  public var type: String?
  /// The payload's type, `cty`.
  public var contentType: String?
  /// Whether the payload is in Base64; otherwise it stands as it is, and the header says so.
  public var isPayloadEncoded = true

  /// Creates a header.
  public init(_ algorithm: JWSAlgorithm, type: String? = "JWT", keyID: String? = nil) {
    self.algorithm = algorithm
    self.type = type
    self.keyID = keyID
  }

  /// Reads a header.
  ///
  /// - Throws: ``TokenError/algorithmNotAllowed`` for an algorithm without a name here, above all
  ///   `none`; ``TokenError/unknownExtension`` for a critical one;
  ///   ``TokenError/malformed(_:offset:)``.
  init(_ json: Span<UInt8>) throws(TokenError) {
    var parser = JSONParser(limits: TokenJSON.limits)
    do {
      try self.init(try parser.parse(json).root)
    } catch let error as TokenError {
      throw error
    } catch {
      throw .malformed(.header, offset: 0)
    }
  }

  private init(_ root: TapeValue) throws {
    let fields = try root.map()
    guard let name = try fields["alg"]?.string(), let known = JWSAlgorithm(rawValue: name) else {
      throw TokenError.algorithmNotAllowed
    }
    algorithm = known
    keyID = try fields["kid"]?.string()
    type = try fields["typ"]?.string()
    contentType = try fields["cty"]?.string()
    isPayloadEncoded = try fields["b64"]?.boolean() ?? true
    let demanded = try Self.demanded(fields)
    guard demanded.allSatisfy({ $0 == "b64" }) else { throw TokenError.unknownExtension }
    // RFC 7797, section 6: who uses `b64` must demand that it is understood.
    guard (fields["b64"] != nil) == demanded.contains("b64") else {
      throw TokenError.unknownExtension
    }
  }

  /// The extensions in `crit`.
  private static func demanded(_ fields: TapeMap) throws -> [String] {
    guard let list = fields["crit"] else { return [] }
    var names: [String] = []
    var items = try list.array().makeIterator()
    while let item = items.next() { names.append(try item.string()) }
    guard !names.isEmpty else { throw TokenError.malformed(.header, offset: 0) }
    return names
  }

  /// The header as PyJWT writes it: names in order, no spaces.
  var json: [UInt8] {
    var writer = ByteWriter(capacity: 128)
    writer.append("{\"alg\":\"")
    writer.append(algorithm.rawValue)
    writer.append("\"")
    if !isPayloadEncoded { writer.append(",\"b64\":false,\"crit\":[\"b64\"]") }
    for (name, value) in [("cty", contentType), ("kid", keyID), ("typ", type)] {
      guard let value else { continue }
      writer.append(",\"")
      writer.append(name)
      writer.append("\":")
      // A string is UTF-8, which is all that can be wrong.
      _ = writer.appendJSONString(value.utf8.span, .ascii)
    }
    writer.append("}")
    let text = writer.span
    return text.indices.map { text[$0] }
  }
}
