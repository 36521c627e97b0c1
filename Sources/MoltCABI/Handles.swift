internal import MoltBytes

// The opaque handles of molt.h are retained references: `molt_database` a SQLiteDatabase,
// `molt_statement` a SQLiteStatement, `molt_cursor` a SQLiteCursor, `molt_cancellation` a
// Cancellation.

/// Behind `molt_answer.owner`: the memory of an answer, used again by the next.
final class AnswerHandle {
  var writer = ByteWriter(capacity: 1 << 16)
}
