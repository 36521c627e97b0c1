import Foundation
import MoltPostgres
import MoltPostgresWire
import MoltTestKit
import Testing

@Suite("Streams", .enabled(if: Servers.isThere, Servers.hint), .serialized)
struct StreamTests {
  @Test("of a million rows need no more memory than one of a thousand")
  func million() async {
    // In a process of its own: other tests take memory meanwhile.
    await #expect(processExitsWith: .success) {
      try await Servers.withConnection { connection in
        var before = 0
        for count in [1000, 1_000_000] {
          var (sum, most) = (0, 0)
          try await connection.stream(
            "SELECT n, repeat('x', 100) FROM generate_series(1, \(count)::int) AS n"
          ) { rows in
            for try await row in rows {
              let (number, text) = try row.decode((Int, String).self)
              sum += number + text.utf8.count - 100
              if number % 100_000 == 0 { most = max(most, try residentByteCount()) }
            }
          }
          #expect(sum == count * (count + 1) / 2)
          if count == 1000 { before = try residentByteCount() }
          if count > 1000 { #expect(most - before < 30 << 20) }
        }
      }
    }
  }

  @Test("stop the server when they are left early, and the connection goes on")
  func early() async throws {
    try await Servers.withConnection { connection in
      for _ in 0..<5 {
        let first = try await connection.stream("SELECT generate_series(1, 1000000000000)") {
          rows in
          for try await row in rows { return try row.decode(Int.self) }
          return 0
        }
        #expect(first == 1)
        #expect(await connection.answers())
      }
      try await Servers.wait(for: 0, running: "SELECT generate_series(1, 1000000000000)")
    }
  }

  @Test("hold back the server while nobody consumes")
  func backPressure() async {
    await #expect(processExitsWith: .success) {
      try await Servers.withConnection { connection in
        let before = try residentByteCount()
        try await connection.stream("SELECT repeat('x', 1000) FROM generate_series(1, 300000)") {
          rows in
          var iterator = rows.makeAsyncIterator()
          _ = try await iterator.next()
          try await Task.sleep(for: .milliseconds(500))
          #expect(try residentByteCount() - before < 30 << 20)
          var count = 1
          while try await iterator.next() != nil { count += 1 }
          #expect(count == 300_000)
        }
      }
    }
  }

  @Test("end with the server's error after the rows before it")
  func failing() async throws {
    try await Servers.withConnection { connection in
      var count = 0
      let error = await failure {
        try await connection.stream("SELECT 1 / (5000 - n) FROM generate_series(1, 9999) AS n") {
          rows in
          for try await _ in rows { count += 1 }
        }
      }
      #expect(error?.sqlState == "22012" && count > 0 && count < 5000)
    }
  }

  @Test("copy in and out, with the same rows")
  func copying() async throws {
    try await Servers.withConnection { connection in
      try await connection.execute("CREATE TEMP TABLE c (n int, t text)")
      let command = try await connection.copyIn("COPY c FROM STDIN") { writer in
        for start in stride(from: 0, to: 100_000, by: 1000) {
          let lines = (start..<start + 1000).map { "\($0)\tline \($0)\n" }.joined()
          try await writer.write(Array(lines.utf8))
        }
      }
      #expect(command.rowCount == 100_000)
      var text: [UInt8] = []
      try await connection.copyOut("COPY (SELECT * FROM c ORDER BY n) TO STDOUT") { pieces in
        for try await piece in pieces { text += piece }
      }
      #expect(text.count { $0 == 10 } == 100_000)
      #expect(String(decoding: text.prefix(18), as: UTF8.self) == "0\tline 0\n1\tline 1\n")
    }
  }

  @Test("copy nothing when the data is refused or given up")
  func copyFailures() async throws {
    struct GivenUp: Error {}
    try await Servers.withConnection { connection in
      try await connection.execute("CREATE TEMP TABLE c (n int)")
      let refused = await failure {
        try await connection.copyIn("COPY c FROM STDIN") { try await $0.write(Array("x\n".utf8)) }
      }
      #expect(refused?.sqlState == "22P02")
      await #expect(throws: GivenUp.self) {
        try await connection.copyIn("COPY c FROM STDIN") { writer in
          try await writer.write(Array("1\n".utf8))
          throw GivenUp()
        }
      }
      let other = await failure { try await connection.copyIn("SELECT 1") { _ in } }
      #expect(other == .notACopy)
      let seen = try await connection.query("SELECT count(*) FROM c").first(Int.self)
      #expect(seen == 0)
    }
  }

  @Test("bring notifications in order")
  func notifications() async throws {
    try await Servers.withConnection { listener in
      try await Servers.withConnection { speaker in
        let heard = try await listener.listen(to: "news \"1\"") { notifications in
          for number in 0..<100 {
            try await speaker.execute("SELECT pg_notify(\("news \"1\""), \(String(number)))")
          }
          var heard: [String] = []
          for try await notification in notifications {
            heard.append(notification.payload)
            if heard.count == 100 { break }
          }
          return heard
        }
        #expect(heard == (0..<100).map(String.init))
      }
    }
  }
}
