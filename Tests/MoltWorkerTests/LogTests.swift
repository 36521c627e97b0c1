import Foundation
import Logging
import MoltErrors
import MoltWorker
import MoltWorkerWire
import Testing

@Suite("A worker's log", .serialized)
struct LogTests {
  /// The lines that `body` makes a worker write.
  func lines(_ body: (TestWorker) async throws -> Void) async throws -> [String] {
    let pipe = Pipe()
    let sink = LogSink(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    let logger = Logger(label: "test") { _ in JSONLinesLogHandler(sink, level: .info) }
    try await withWorker(logger: logger, { _ in }, body)
    sink.flush()
    try pipe.fileHandleForWriting.close()
    let bytes = try pipe.fileHandleForReading.readToEnd() ?? Data()
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  @Test("has one JSON line per request with what happened, and no SQL or parameter")
  func requests() async throws {
    let lines = try await lines { worker in
      var client = try worker.connect(preparing: "bytes 100")
      let header = RequestHeader(id: 7, .run, trace: "00-\"trace\"\n-01")
      let secret = RunRequest(statement: 1, arguments: Array("secret".utf8))
      _ = try client.call(header, .run(secret))
      _ = code { _ = try client.call(.run(8), .run(99)) }
    }
    let objects = try lines.map {
      try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
    }
    let requests = objects.filter { $0["message"] as? String == "request" }
    #expect(requests.map { $0["op"] as? String } == ["prepare", "run", "run"])
    let run = requests[1]
    #expect(run["request"] as? Int == 7)
    #expect(run["database"] as? String == "fake")
    #expect(run["rows"] as? Int == 1)
    #expect(run["bytes"] as? Int == 100)
    #expect(run["code"] as? String == "ok")
    #expect(run["trace"] as? String == "00-\"trace\"\n-01")
    #expect(run["duration_us"] as? Int != nil && run["queue_us"] as? Int != nil)
    #expect((run["time"] as? String)?.wholeMatch(of: /\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z/) != nil)
    #expect(requests[2]["code"] as? String == "invalid_input")
    #expect(!lines.joined().contains("secret") && !lines.joined().contains("bytes 100"))
  }

  @Test("says when the worker starts and stops")
  func life() async throws {
    let messages = try await lines { _ in }
    #expect(messages.count == 3)
    #expect(
      messages[0].contains("\"listening\"") && messages[0].contains("\"databases\":[\"fake\"]")
    )
    #expect(messages[2].contains("\"stopped\""))
  }

  @Test("drops lines rather than wait for a reader, and says how many")
  func overflow() throws {
    let pipe = Pipe()
    let sink = LogSink(descriptor: pipe.fileHandleForWriting.fileDescriptor)
    let logger = Logger(label: "test") { _ in JSONLinesLogHandler(sink, level: .info) }
    // Without a reader two thousand lines fill the pipe, and the sink waits with what it took.
    for _ in 0..<(2 * LogSink.capacity + 2000) { logger.info("line") }
    let reader = Thread.detachedReader(pipe)
    sink.flush()
    try pipe.fileHandleForWriting.close()
    let text = reader.text()
    #expect(text.contains("\"log lines dropped\",\"count\":"))
    #expect(text.split(separator: "\n").count > LogSink.capacity)
  }
}

/// Reads a pipe to its end on a thread of its own.
final class PipeReader: @unchecked Sendable {
  private let finished = DispatchSemaphore(value: 0)
  private var data = Data()

  func read(_ pipe: Pipe) {
    Thread.detachNewThread { [self] in
      data = (try? pipe.fileHandleForReading.readToEnd()) ?? Data()
      finished.signal()
    }
  }

  func text() -> String {
    finished.wait()
    return String(decoding: data, as: UTF8.self)
  }
}

extension Thread {
  static func detachedReader(_ pipe: Pipe) -> PipeReader {
    let reader = PipeReader()
    reader.read(pipe)
    return reader
  }
}
