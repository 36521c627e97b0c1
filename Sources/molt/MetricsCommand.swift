import ArgumentParser
import MoltErrors
import MoltWorker
import MoltWorkerWire

/// `molt metrics`: prints a worker's metrics.
struct MetricsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "metrics",
    abstract: "Print a worker's metrics in Prometheus' text format."
  )

  @Option(help: "The worker's socket.")
  var socket: String

  func run() throws {
    do throws(MoltError) {
      var client = try WorkerClient(path: socket)
      let page = try client.call(RequestHeader(id: 1, .metrics), .metrics)
      print(String(decoding: page, as: UTF8.self), terminator: "")
    } catch {
      throw CommandFailure(error)
    }
  }
}
