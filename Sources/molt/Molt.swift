import ArgumentParser
import MoltErrors

/// The command line of Molt.
@main
struct Molt: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "molt",
    abstract: "Answers Django QuerySets natively.",
    version: moltVersion.description,
    subcommands: [
      WorkerCommand.self, HealthCommand.self, MetricsCommand.self, BenchCommand.self,
    ]
  )
}
