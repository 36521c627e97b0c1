import ArgumentParser
import MoltErrors
import MoltMessagePack
import MoltWorker
import MoltWorkerWire

/// `molt health`: asks a worker how it is.
struct HealthCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "health",
    abstract: "Ask a worker how it and its databases are; exit code 1 if not well."
  )

  @Option(help: "The worker's socket.")
  var socket: String

  func run() throws {
    let reply: HealthReply
    do throws(MoltError) {
      var client = try WorkerClient(path: socket)
      let payload = try client.call(RequestHeader(id: 1, .health), .health)
      var reader = MessagePackReader(payload.span)
      do { reply = try HealthReply(reading: &reader) } catch {
        throw MoltError(.internal, "the worker's answer is unreadable: \(error.error.message)")
      }
    } catch {
      throw CommandFailure(error)
    }
    print("worker \(reply.version): \(reply.isDraining ? "draining" : "ok")")
    for (alias, fault) in reply.databases { print("database \(alias): \(fault ?? "ok")") }
    if !reply.isHealthy { throw ExitCode(1) }
  }
}
