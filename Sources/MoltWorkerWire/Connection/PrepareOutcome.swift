/// What follows from a prepare that ended.
package struct PrepareOutcome: Equatable, Sendable {
  /// The request to answer; nil when it was given up meanwhile.
  package var answered: UInt64?
  /// Whether the shell keeps the compiled statement under its number.
  package var isKept: Bool
  /// What to do after answering, in order: the requests that waited for the statement.
  package var actions: [ConnectionAction]

  /// Creates an outcome; without arguments, the one that asks for nothing.
  package init(
    answered: UInt64? = nil,
    isKept: Bool = false,
    actions: [ConnectionAction] = []
  ) {
    self.answered = answered
    self.isKept = isKept
    self.actions = actions
  }
}
