import ArgumentParser

/// `molt bench`: measures parts of Molt, for the scripts that put them beside others.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure Molt's own parts.",
    subcommands: [BenchPostgresCommand.self]
  )
}
