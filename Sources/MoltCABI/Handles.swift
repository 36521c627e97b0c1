internal import CMolt
internal import Glibc
internal import MoltSQLite
internal import Synchronization

// What stands behind the opaque handles of molt.h: each handle is a retained reference.

/// Behind `molt_database`: a database and the answer buffers it keeps.
final class DatabaseHandle: Sendable {
  let database: SQLiteDatabase
  let buffers = AnswerBuffers()

  init(_ database: SQLiteDatabase) { self.database = database }
}

/// Behind `molt_statement`.
final class StatementHandle: Sendable {
  let database: DatabaseHandle
  let statement: SQLiteStatement

  init(_ database: DatabaseHandle, _ statement: SQLiteStatement) {
    self.database = database
    self.statement = statement
  }
}

/// Behind `molt_cursor`.
final class CursorHandle {
  let database: DatabaseHandle
  let cursor: SQLiteCursor

  init(_ database: DatabaseHandle, _ cursor: SQLiteCursor) {
    self.database = database
    self.cursor = cursor
  }
}

/// Behind `molt_answer.owner`: memory on loan from a database.
@safe final class AnswerHandle {
  private let buffers: AnswerBuffers
  private let storage: UnsafeMutableRawBufferPointer

  init(_ buffers: AnswerBuffers, _ storage: UnsafeMutableRawBufferPointer) {
    self.buffers = buffers
    unsafe self.storage = storage
  }

  deinit { unsafe buffers.give(storage) }
}

/// A few used buffers, kept because touching fresh pages costs more than writing the rows.
final class AnswerBuffers: Sendable {
  /// One buffer's memory, from `malloc`.
  // Safety: the memory has one owner at a time, who passes it on under the lock.
  @safe private struct Buffer: @unchecked Sendable {
    let storage: UnsafeMutableRawBufferPointer
  }

  private let kept = Mutex<[Buffer]>([])
  private static let keptCount = 4
  private static let keptByteCount = 4 << 20

  deinit {
    kept.withLock { kept in
      for buffer in kept { unsafe free(buffer.storage.baseAddress) }
    }
  }

  /// Takes a kept buffer, if there is one.
  func take() -> UnsafeMutableRawBufferPointer? {
    let buffer = kept.withLock { $0.popLast() }
    return unsafe buffer?.storage
  }

  /// Gives a buffer back.
  func give(_ storage: UnsafeMutableRawBufferPointer) {
    let buffer = unsafe Buffer(storage: storage)
    let isKept = kept.withLock { kept in
      guard kept.count < Self.keptCount, storage.count <= Self.keptByteCount else {
        return false
      }
      kept.append(buffer)
      return true
    }
    if !isKept { unsafe free(storage.baseAddress) }
  }
}
