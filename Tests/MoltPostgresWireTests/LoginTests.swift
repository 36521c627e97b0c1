import MoltBytes
import MoltErrors
import MoltPostgresWire
import MoltTestKit
import Testing

@Suite("Login")
struct LoginTests {
  static let request: [UInt8] = [0, 0, 0, 8, 0x04, 0xD2, 0x16, 0x2F]

  static func options(
    _ encryption: PostgresConnectionOptions.Encryption
  ) -> PostgresConnectionOptions {
    Bench.options { $0.encryption = encryption }
  }

  @Test("begins with protocol 3.0 and the settings")
  func startup() {
    let bench = Bench(
      Bench.options {
        $0.database = "d"
        $0.parameters = [
          ParameterStatus(name: "application_name", value: "molt"),
          ParameterStatus(name: "client_encoding", value: "latin1"),
        ]
      }
    )
    #expect(bench.told() == [])
    let settings = ["user", "ada", "database", "d", "client_encoding", "UTF8"]
    let body =
      Server.int32(196_608) + settings.flatMap { Server.text($0) }
      + Server.text("application_name") + Server.text("molt") + [0]
    #expect(bench.sent() == Server.int32(4 + body.count) + body)
  }

  @Test("tells the settings, and keeps them with the key, however the bytes arrive")
  func everyCut() {
    let bytes = Server.notice("hello") + Server.login
    let expected: [Told] = [
      .event(
        .notice(
          PostgresServerError(fields: [
            .init(0x53, "NOTICE"), .init(0x56, "NOTICE"), .init(0x43, "00000"),
            .init(0x4D, "hello"),
          ])
        )
      ),
      .event(.parameter(ParameterStatus(name: "server_version", value: "15.18"))),
      .event(.connected),
    ]
    everySplit(of: bytes) { first, second in
      let bench = Bench()
      _ = bench.told()
      #expect(bench.receive(first) + bench.receive(second) == expected)
      let version = bench.machine.parameter("server_version")
      let key = bench.machine.backendKey
      #expect(version == "15.18" && key?.processID == 4711)
    }
    let bench = Bench()
    #expect(bench.told() + bytes.flatMap { bench.receive([$0]) } == expected)
  }

  @Test("asks for encryption, and starts again over the encrypted connection")
  func encryption() {
    let bench = Bench(Self.options(.require))
    #expect(bench.told() == [] && bench.sent() == Self.request)
    #expect(bench.receive([0x53]) == [.event(.startEncryption)])
    #expect(bench.told() == [.event(.startEncryption)], "until the shell is done")
    bench.machine.encryptionEstablished(PostgresEncryption())
    #expect(bench.told() == [])
    #expect(bench.sent().dropFirst(4).prefix(4) == [0, 3, 0, 0])
    #expect(bench.receive(Server.login).last == .event(.connected))
  }

  @Test("goes on without encryption, or ends, when the server refuses", arguments: [true, false])
  func refused(isRequired: Bool) {
    let bench = Bench(Self.options(isRequired ? .require : .prefer))
    _ = bench.told()
    _ = bench.sent()
    let told = bench.receive([0x4E])
    #expect(told == (isRequired ? [.event(.closed(.encryptionRefused))] : []))
    #expect(bench.sent().dropFirst(4).prefix(4) == (isRequired ? [] : [0, 3, 0, 0]))
  }

  @Test(
    "what stands in place of the server's answer, or behind it, ends the connection",
    arguments: [
      (Server.error("08000"), PostgresClosure.encryptionRefused),
      ([0x21], .wire(.unknownMessage(offset: 0, type: 0x21))),
      ([0x53, 0x52], .wire(.bytesBeforeEncryption(offset: 1))),
    ] as [([UInt8], PostgresClosure)]
  )
  func strangeAnswer(bytes: [UInt8], closure: PostgresClosure) {
    let bench = Bench(Self.options(.prefer))
    _ = bench.told()
    #expect(bench.receive(bytes) == [.event(.closed(closure))])
    #expect(closure.error.code == .unavailable)
  }

  @Test("a connection that starts encrypted asks for nothing")
  func direct() {
    let bench = Bench(Self.options(.require), encryption: PostgresEncryption())
    #expect(bench.told() == [])
    #expect(bench.sent().dropFirst(4).prefix(4) == [0, 3, 0, 0])
  }

  @Test("a refused login tells the server's reason")
  func rejected() {
    let bench = Bench()
    _ = bench.told()
    let told = bench.receive(Server.error("28P01", "wrong", severity: "FATAL"))
    let error = serverError("28P01", "wrong", severity: "FATAL")
    #expect(told == [.event(.closed(.server(error)))])
    #expect(error.error.code == .unavailable)
  }

  @Test(
    "messages that do not belong into a login end it",
    arguments: [
      Server.ready(), Server.keyData, Server.parameter("a", "b"), Server.row(["1"]),
      Server.welcome + Server.welcome, Server.welcome + Server.parseComplete,
      Server.notification("a", "b"), Server.copyData("x"),
      Server.welcome + Server.message("v", Server.int32(0) + Server.int32(0)),
    ]
  )
  func unexpected(bytes: [UInt8]) {
    let bench = Bench()
    _ = bench.told()
    guard case .event(.closed(.wire(.unexpected))) = bench.receive(bytes).last else {
      Issue.record("the login went on")
      return
    }
  }

  @Test("a server that speaks only older versions is heard")
  func negotiation() {
    let bench = Bench()
    _ = bench.told()
    let version = Server.message("v", Server.int32(0) + Server.int32(0))
    #expect(bench.receive(version + Server.login).last == .event(.connected))
  }

  @Test("a giant message before the login is refused by its header")
  func giant() {
    let bench = Bench()
    _ = bench.told()
    let told = bench.receive([0x4E] + Server.int32(65537))
    let error = PostgresWireError.tooLarge(offset: 0, byteCount: 65537, limit: 65536)
    #expect(told == [.event(.closed(.wire(error)))])
  }

  @Test("zero bytes in the options are refused before anything is sent", arguments: 0..<4)
  func zeroBytes(place: Int) {
    let bench = Bench(
      Bench.options {
        switch place {
        case 0: $0.user = "a\0b"
        case 1: $0.database = "\0"
        case 2: $0.password = "pen\0cil"
        default: $0.parameters = [ParameterStatus(name: "a", value: "\0")]
        }
      }
    )
    #expect(bench.told() == [.event(.closed(.zeroByteInOptions))])
    #expect(bench.sent() == [])
  }

  @Test("a cancel request names process and secret")
  func cancel() {
    let bench = Bench.connected()
    let isKnown = bench.machine.appendCancelRequest(to: &bench.output)
    #expect(isKnown)
    #expect(
      bench.sent() == Server.int32(16) + Server.int32(80_877_102) + Server.int32(4711) + [
        1, 2, 3, 4,
      ]
    )
    let early = Bench()
    let isKnownEarly = early.machine.appendCancelRequest(to: &early.output)
    #expect(!isKnownEarly && early.sent() == [])
  }
}
