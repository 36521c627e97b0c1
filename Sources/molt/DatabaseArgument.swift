import ArgumentParser

/// A database as the command line names it: `default=sqlite:/srv/db.sqlite3`.
struct DatabaseArgument {
  let alias: String
  let path: String

  /// Reads an argument.
  ///
  /// - Throws: `ValidationError` that shows how one is written.
  init(parsing argument: String) throws {
    let halves = argument.split(separator: "=", maxSplits: 1).map(String.init)
    guard halves.count == 2, halves[1].hasPrefix("sqlite:"), halves[1].utf8.count > 7 else {
      throw ValidationError(
        "\"\(argument)\" names no database; "
          + "write ALIAS=sqlite:PATH, such as default=sqlite:/srv/db.sqlite3"
      )
    }
    alias = halves[0]
    path = String(halves[1].dropFirst("sqlite:".count))
  }
}
