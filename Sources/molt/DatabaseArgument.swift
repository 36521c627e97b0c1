import ArgumentParser

/// A database as the command line names it: `default=sqlite:/srv/db.sqlite3`.
struct DatabaseArgument: ExpressibleByArgument {
  let alias: String
  let path: String

  init?(argument: String) {
    guard let equals = argument.firstIndex(of: "=") else { return nil }
    let alias = argument[..<equals]
    let address = argument[argument.index(after: equals)...]
    guard !alias.isEmpty, address.hasPrefix("sqlite:") else { return nil }
    let path = address.dropFirst("sqlite:".count)
    guard !path.isEmpty else { return nil }
    self.alias = String(alias)
    self.path = String(path)
  }
}
