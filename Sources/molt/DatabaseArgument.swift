import ArgumentParser
import Glibc

/// A database as the command line names it: `default=sqlite:/srv/db.sqlite3`.
struct DatabaseArgument {
  /// Where a database is.
  enum Place {
    case sqlite(path: String)
    case postgres(url: String)
  }

  let alias: String
  let place: Place

  /// Reads an argument, and the environment variable that it names.
  ///
  /// - Throws: `ValidationError` that shows how one is written.
  init(parsing argument: String) throws {
    let halves = argument.split(separator: "=", maxSplits: 1).map(String.init)
    guard halves.count == 2 else { throw Self.refusal(of: argument) }
    alias = halves[0]
    if let name = halves[1].suffix(after: "env:") {
      guard let text = unsafe getenv(name).map({ unsafe String(cString: $0) }), !text.isEmpty else {
        throw ValidationError(
          "the environment variable \(name) of the database \(alias) is not set"
        )
      }
      // What the variable holds stays out of the message: it may have a password in it.
      guard let place = Place(text) else { throw Self.refusal(of: "the value of \(name)") }
      self.place = place
    } else {
      guard let place = Place(halves[1]) else { throw Self.refusal(of: argument) }
      self.place = place
    }
  }

  private static func refusal(of argument: String) -> ValidationError {
    ValidationError(
      "\"\(argument)\" names no database; write ALIAS=sqlite:PATH, such as "
        + "default=sqlite:/srv/db.sqlite3, or ALIAS=postgresql://USER@HOST/NAME"
    )
  }
}

extension DatabaseArgument.Place {
  /// Reads what follows the sign; nil where it is neither a file nor a URL.
  init?(_ text: String) {
    if let path = text.suffix(after: "sqlite:") {
      self = .sqlite(path: path)
    } else if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
      self = .postgres(url: text)
    } else {
      return nil
    }
  }
}

extension String {
  /// What follows a prefix, if it stands there and something follows.
  fileprivate func suffix(after prefix: String) -> String? {
    hasPrefix(prefix) && count > prefix.count ? String(dropFirst(prefix.count)) : nil
  }
}
