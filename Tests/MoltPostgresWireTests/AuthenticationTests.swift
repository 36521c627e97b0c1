import MoltBytes
import MoltErrors
import MoltPostgresWire
import Testing

/// The server's side of SCRAM-SHA-256 with recorded numbers.
///
/// The exchange is the one of RFC 7677, section 3, as far as PostgreSQL's empty user name lets it.
@Suite("Authentication")
struct AuthenticationTests {
  typealias Policy = PostgresAuthenticationPolicy

  static func bench(
    encryption: PostgresEncryption? = nil,
    _ change: (inout PostgresConnectionOptions) -> Void = { _ in }
  ) -> Bench {
    let bench = Bench(Bench.options(change), encryption: encryption)
    _ = bench.told()
    _ = bench.sent()
    return bench
  }

  static func sasl(_ mechanisms: String...) -> [UInt8] {
    Server.authentication(10, mechanisms.flatMap { Server.text($0) } + [0])
  }

  static func closed(_ error: PostgresAuthenticationError) -> [Told] {
    [.event(.closed(.authentication(error)))]
  }

  @Test("trust needs no password, where the policy allows it", arguments: [true, false])
  func trust(isAllowed: Bool) {
    let bench = Self.bench {
      if !isAllowed { $0.authentication.methods = [.scramSHA256, .scramSHA256Plus] }
    }
    let told = bench.receive(Server.login)
    if isAllowed {
      #expect(told.last == .event(.connected))
    } else {
      #expect(told == Self.closed(.methodNotAllowed(.trust)))
    }
  }

  @Test("MD5 hashes password and user, then the salt")
  func md5() {
    let bench = Self.bench()
    #expect(bench.receive(Server.authentication(5, [1, 2, 3, 4])) == [])
    #expect(
      bench.sent() == Server.message("p", Server.text("md5" + "d1b13b8314d3b5545feef5ce8ab91e15"))
    )
    #expect(bench.receive(Server.login).last == .event(.connected))
  }

  @Test("the password itself is sent over an encrypted connection, or where that is allowed")
  func cleartext() {
    let open = Self.bench()
    #expect(open.receive(Server.authentication(3)) == Self.closed(.passwordInClear))
    #expect(open.sent() == [])
    let allowed = Self.bench { $0.authentication.allowsUnencryptedCleartext = true }
    #expect(allowed.receive(Server.authentication(3)) == [])
    #expect(allowed.sent() == Server.message("p", Server.text("pencil")))
    let encrypted = Self.bench(encryption: PostgresEncryption())
    #expect(encrypted.receive(Server.authentication(3)) == [])
    #expect(encrypted.sent() == Server.message("p", Server.text("pencil")))
  }

  @Test(
    "a method that the policy does not name gets no answer",
    arguments: [
      (3, PostgresAuthenticationMethod.cleartext), (5, .md5), (10, .scramSHA256),
    ]
  )
  func notAllowed(code: Int, method: PostgresAuthenticationMethod) {
    let bench = Self.bench { $0.authentication.methods.remove(method) }
    let rest: [UInt8] =
      code == 5 ? [1, 2, 3, 4] : code == 10 ? Server.text("SCRAM-SHA-256") + [0] : []
    let told = bench.receive(Server.authentication(code, rest))
    #expect(told == Self.closed(.methodNotAllowed(method)))
    #expect(bench.sent() == [])
  }

  @Test("a login without password, nonce or known method ends with the reason")
  func missing() {
    let noPassword = Self.bench { $0.password = nil }
    #expect(noPassword.receive(Self.sasl("SCRAM-SHA-256")) == Self.closed(.passwordMissing))
    let noNonce = Self.bench { $0.nonce = Array(1...15) }
    #expect(noNonce.receive(Self.sasl("SCRAM-SHA-256")) == Self.closed(.nonceMissing))
    #expect(Self.bench().receive(Self.sasl("SCRAM-SHA-1")) == Self.closed(.noMechanism))
    #expect(Self.bench().receive(Server.authentication(7)) == Self.closed(.methodUnknown(code: 7)))
    let early = Self.bench().receive(Server.authentication(11, [1]))
    #expect(early == Self.closed(.malformedMessage))
  }

  @Test(
    "channel binding is used, offered or required as policy and connection say",
    arguments: [
      (Policy.ChannelBinding.prefer, true, true, "SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,"),
      (.prefer, true, false, "SCRAM-SHA-256", "y,,"),
      (.prefer, false, false, "SCRAM-SHA-256", "n,,"),
      (.prefer, false, true, "SCRAM-SHA-256", "n,,"),
      (.disable, true, true, "SCRAM-SHA-256", "n,,"),
      (.require, true, true, "SCRAM-SHA-256-PLUS", "p=tls-server-end-point,,"),
      (.require, true, false, "", ""), (.require, false, true, "", ""),
    ]
  )
  func binding(
    policy: Policy.ChannelBinding,
    isEncrypted: Bool,
    isOffered: Bool,
    mechanism: String,
    header: String
  ) {
    let encryption = isEncrypted ? PostgresEncryption(serverEndPoint: [0xAB, 0xCD]) : nil
    let bench = Self.bench(encryption: encryption) { $0.authentication.channelBinding = policy }
    let offer =
      isOffered ? Self.sasl("SCRAM-SHA-256-PLUS", "SCRAM-SHA-256") : Self.sasl("SCRAM-SHA-256")
    let told = bench.receive(offer)
    guard !mechanism.isEmpty else {
      #expect(told == Self.closed(.channelBindingMissing))
      return
    }
    let first = Array((header + "n=,r=AQIDBAUGBwgJCgsMDQ4PEBES").utf8)
    let body = Server.text(mechanism) + Server.int32(first.count) + first
    #expect(bench.sent() == Server.message("p", body))
  }

  @Test(
    "nothing but channel binding satisfies a policy that requires it",
    arguments: [Server.login, Server.authentication(3), Server.authentication(5, [1, 2, 3, 4])]
  )
  func bindingRequired(bytes: [UInt8]) {
    let bench = Self.bench(encryption: PostgresEncryption(serverEndPoint: [1])) {
      $0.authentication.channelBinding = .require
    }
    #expect(bench.receive(bytes) == Self.closed(.channelBindingMissing))
    #expect(bench.sent() == [])
  }

  // Made with Python's hashlib for the password "pencil", the nonce of Bench and 4,096 iterations.
  static let serverFirst = "r=AQIDBAUGBwgJCgsMDQ4PEBES%server,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"

  /// An exchange up to the client's proof.
  static func proved(
    encryption: PostgresEncryption? = nil,
    _ offer: [UInt8] = sasl("SCRAM-SHA-256")
  ) -> (Bench, String) {
    let bench = bench(encryption: encryption)
    _ = bench.receive(offer)
    _ = bench.sent()
    #expect(bench.receive(Server.authentication(11, Array(serverFirst.utf8))) == [])
    return (bench, String(decoding: bench.sent().dropFirst(5), as: UTF8.self))
  }

  @Test("SCRAM proves the password and checks the server's signature")
  func scram() {
    let (bench, proof) = Self.proved()
    #expect(
      proof
        == "c=biws,r=AQIDBAUGBwgJCgsMDQ4PEBES%server,p=VOY4wspNKec8kCKdbYgh1WliQCt/bEkxo5lAPX/Jrdw="
    )
    #expect(
      bench.receive(
        Server.authentication(12, Array("v=W7SOIDeHiO77jup3LUMTjCQmKXkDblW2zjhndAKv+v8=".utf8))
      ) == []
    )
    #expect(bench.receive(Server.login).last == .event(.connected))
  }

  @Test("SCRAM-PLUS hashes the certificate's hash into the proof")
  func scramPlus() {
    let (bench, proof) = Self.proved(
      encryption: PostgresEncryption(serverEndPoint: [0xAB, 0xCD]),
      Self.sasl("SCRAM-SHA-256", "SCRAM-SHA-256-PLUS")
    )
    #expect(
      proof
        == "c=cD10bHMtc2VydmVyLWVuZC1wb2ludCwsq80=,r=AQIDBAUGBwgJCgsMDQ4PEBES%server,p=u5NSt58pQhuhp7vo0wEtquTj+2h09fa+bJ6qayTkT/U="
    )
    #expect(
      bench.receive(
        Server.authentication(12, Array("v=d6hQx81txIcsDlHOo2bep9TZ0XLSwrDE0sGLOosiBXA=".utf8))
      ) == []
    )
    #expect(bench.receive(Server.login).last == .event(.connected))
  }

  @Test(
    "a server that cannot prove that it knows the password is not believed",
    arguments: [
      (
        "v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        PostgresAuthenticationError.wrongServerSignature
      ),
      ("v=AAAA", .wrongServerSignature), ("v=", .wrongServerSignature),
      ("v=!", .malformedMessage), ("", .malformedMessage), ("e=invalid-proof", .serverRejected),
      ("x=1", .malformedMessage),
    ]
  )
  func wrongSignature(final: String, error: PostgresAuthenticationError) {
    let (bench, _) = Self.proved()
    let told = bench.receive(Server.authentication(12, Array(final.utf8)) + Server.login)
    #expect(told == Self.closed(error))
  }

  @Test("a server that skips its proof is not believed", arguments: [true, false])
  func skippedProof(isEarly: Bool) {
    let bench = isEarly ? Self.bench() : Self.proved().0
    if isEarly { _ = bench.receive(Self.sasl("SCRAM-SHA-256")) }
    #expect(bench.receive(Server.login) == Self.closed(.unfinished))
  }

  @Test(
    "a first message of the server that breaks the rules ends the login",
    arguments: [
      ("r=other,s=AAAA,i=4096", PostgresAuthenticationError.wrongNonce),
      ("r=AQIDBAUGBwgJCgsMDQ4PEBES,s=AAAA,i=4096", .wrongNonce),
      ("r=AQIDBAUGBwgJCgsMDQ4PEBESx,s=AAAA,i=0", .iterations(0)),
      ("r=AQIDBAUGBwgJCgsMDQ4PEBESx,s=AAAA,i=1000001", .iterations(1_000_001)),
      ("r=AQIDBAUGBwgJCgsMDQ4PEBESx,s=AAAA,i=9999999999", .malformedMessage),
      ("r=AQIDBAUGBwgJCgsMDQ4PEBESx,s=AAAA,i=-1", .malformedMessage),
      ("r=AQIDBAUGBwgJCgsMDQ4PEBESx,s=AAA,i=1", .malformedMessage),
      ("r=AQIDBAUGBwgJCgsMDQ4PEBESx,s=,i=1", .malformedMessage),
      ("m=x,r=AQIDBAUGBwgJCgsMDQ4PEBESx,s=AAAA,i=1", .malformedMessage),
      ("r=AQIDBAUGBwgJCgsMDQ4PEBESx,s=AAAA", .malformedMessage), ("", .malformedMessage),
      (",,,,", .malformedMessage),
    ]
  )
  func badFirst(message: String, error: PostgresAuthenticationError) {
    let bench = Self.bench()
    _ = bench.receive(Self.sasl("SCRAM-SHA-256"))
    let told = bench.receive(Server.authentication(11, Array(message.utf8)))
    #expect(told == Self.closed(error))
    #expect(!error.message.isEmpty && error.error.code != .ok)
  }

  @Test("a password shows itself to nobody who prints it")
  func redacted() {
    let options = Bench.options()
    var text = ""
    dump(options, to: &text)
    #expect(!text.contains("pencil") && !"\(options)".contains("pencil"))
    #expect(!String(reflecting: options).contains("pencil"))
  }
}
