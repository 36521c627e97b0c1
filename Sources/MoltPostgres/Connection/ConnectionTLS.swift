internal import NIOSSL

/// What encrypts the connections to one server.
struct ConnectionTLS: Sendable {
  let context: NIOSSLContext
  let isDirect: Bool
  /// Whether a connection without encryption is refused.
  let isRequired: Bool
  /// The name that certificates are held against; nil for an address.
  private let hostname: String?

  /// Makes nothing where nothing is to be encrypted.
  init?(_ tls: PostgresTLS, host: String) throws(PostgresError) {
    guard tls.mode != .disable else { return nil }
    isDirect = tls.isDirect
    isRequired = tls.mode != .prefer
    hostname = Self.isAddress(host) ? nil : host
    do {
      context = try NIOSSLContext(configuration: try Self.configuration(tls))
    } catch {
      throw .tls(String(describing: error))
    }
  }

  func makeHandler() throws -> NIOSSLClientHandler {
    try NIOSSLClientHandler(context: context, serverHostname: hostname)
  }

  private static func configuration(_ tls: PostgresTLS) throws -> TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = tls.isDirect ? ["postgresql"] : []
    switch tls.mode {
    case .verifyFull: configuration.certificateVerification = .fullVerification
    case .verifyCA: configuration.certificateVerification = .noHostnameVerification
    case .require where tls.rootCertificates != nil:
      configuration.certificateVerification = .noHostnameVerification
    default: configuration.certificateVerification = .none
    }
    if let file = tls.rootCertificates { configuration.trustRoots = .file(file) }
    if let file = tls.certificate {
      configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(file)
        .map { .certificate($0) }
      let key = try NIOSSLPrivateKey(file: tls.key ?? file, format: .pem)
      configuration.privateKey = .privateKey(key)
    }
    return configuration
  }

  /// Whether a host is an address of IPv4 or IPv6, which has no place in a handshake's server name.
  private static func isAddress(_ host: String) -> Bool {
    host.contains(":") || host.allSatisfy { $0 == "." || $0.isNumber && $0.isASCII }
  }
}
