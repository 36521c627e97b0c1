internal import MoltBytes

// The opaque handles of molt.h are retained references: `molt_database`, `molt_statement` and
// `molt_cursor` those of `Engines.swift`, `molt_cancellation` a Cancellation.

/// Behind `molt_answer.owner`: the memory of an answer, used again by the next.
final class AnswerHandle {
  var writer = ByteWriter(capacity: 1 << 16)
}
