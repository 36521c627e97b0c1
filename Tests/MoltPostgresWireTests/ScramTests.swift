import MoltPostgresWire
import Testing

@Suite("ScramExchange")
struct ScramTests {
  @Test("the exchange of RFC 7677 gives its messages")
  func rfc7677() throws {
    var exchange = ScramExchange(
      user: "user",
      password: Array("pencil".utf8),
      nonce: Array("rOprNGfwEbeRWgbNEkqO".utf8),
      binding: .unsupported
    )
    #expect(exchange.firstMessage == Array("n,,n=user,r=rOprNGfwEbeRWgbNEkqO".utf8))
    let nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    let first = "r=\(nonce),s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
    let final = try exchange.answer(serverFirst: Array(first.utf8), iterationLimit: 4096)
    let proof = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
    #expect(String(decoding: final, as: UTF8.self) == "c=biws,r=\(nonce),p=\(proof)")
    #expect(!exchange.isVerified)
    let signature = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="
    try exchange.verify(serverFinal: Array(signature.utf8))
    #expect(exchange.isVerified)
  }

  @Test("a name's commas and equal signs are spelled out")
  func names() {
    let exchange = ScramExchange(user: "a,b=c", password: [], nonce: [65], binding: .notOffered)
    #expect(String(decoding: exchange.firstMessage, as: UTF8.self) == "y,,n=a=2Cb=3Dc,r=A")
  }

  @Test("each step is taken once, in its order")
  func order() throws {
    var exchange = ScramExchange(user: "", password: [], nonce: [65], binding: .unsupported)
    #expect(throws: PostgresAuthenticationError.malformedMessage) {
      try exchange.verify(serverFinal: Array("v=AAAA".utf8))
    }
    _ = try exchange.answer(serverFirst: Array("r=AB,s=AAAA,i=1".utf8), iterationLimit: 1)
    #expect(throws: PostgresAuthenticationError.malformedMessage) {
      try exchange.answer(serverFirst: Array("r=AB,s=AAAA,i=1".utf8), iterationLimit: 1)
    }
  }
}
