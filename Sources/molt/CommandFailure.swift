import MoltErrors

/// An error as the command line shows it: one sentence.
struct CommandFailure: Error, CustomStringConvertible {
  let description: String

  init(_ error: MoltError) { description = error.message }
}
