import ArgumentParser
import MoltErrors
import MoltSQLite

/// The command line of Molt.
@main
struct Molt: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "molt",
    abstract: "Answers Django QuerySets natively.",
    version: "\(moltVersion) with SQLite \(SQLiteDatabase.libraryVersion)",
    subcommands: [
      WorkerCommand.self, HealthCommand.self, MetricsCommand.self, BenchCommand.self,
    ]
  )
}
