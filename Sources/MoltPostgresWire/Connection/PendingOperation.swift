/// Something that was sent and whose answer is not complete.
struct PendingOperation {
  /// Which message of the server comes next for it.
  enum Stage: Equatable {
    // A statement is parsed.
    case parse
    case parameters
    case columns
    // A portal is bound and runs.
    case bind
    case rows
    case suspended
    case copyOut
    case afterCopy
    case closePortal
    // A simple query, before and between its commands, and inside one.
    case simpleBegin
    case simpleNext
    case simpleRows
    case simpleCopyOut
    case simpleAfterCopy
    case simpleCopyIn
    // A statement is closed.
    case closeStatement
    // A batch ends; nothing comes but `ReadyForQuery`.
    case synchronize
  }

  var operation: PostgresOperation
  var stage: Stage
  /// The number of its batch.
  var batch: UInt64 = 0
  /// The prepared statement that it parses, runs or closes.
  var statement: PreparedStatement?
  var resultFormats = PostgresResultFormats.binary
  var rowLimit = 0
  /// Whether it only prepares.
  var isPrepare = false
  /// Whether it parses `statement` itself.
  var isParsing = false
  /// Whether nothing before it in its batch could have had an effect.
  var isFirst = false
  /// Where its `Bind` is kept for sending it again; nil when it is not sent again.
  var bindTail: Range<Int>?

  init(_ operation: PostgresOperation, _ stage: Stage, _ statement: PreparedStatement? = nil) {
    self.operation = operation
    self.stage = stage
    self.statement = statement
  }

  /// Whether a shell knows of it and wants to hear how it ended.
  var isReported: Bool { stage != .closeStatement && stage != .synchronize }
}

/// What was sent and is not answered, first in, first out.
struct PendingOperations {
  private var items: [PendingOperation] = []
  private var head = 0

  var count: Int { items.count - head }
  var isEmpty: Bool { head == items.count }

  /// The one that the server answers now.
  var first: PendingOperation? { isEmpty ? nil : items[head] }

  // What most messages ask for, without a copy of the rest.
  var firstStage: PendingOperation.Stage? { isEmpty ? nil : items[head].stage }
  var firstOperation: PostgresOperation? { isEmpty ? nil : items[head].operation }
  var firstBindTail: Range<Int>? { isEmpty ? nil : items[head].bindTail }

  /// The columns that the first one answers with, once its statement is described.
  var firstColumns: [PostgresColumn]? {
    guard !isEmpty else { return nil }
    return items[head].statement?.description?.columns(items[head].resultFormats)
  }

  /// Moves the first one to another stage.
  mutating func advance(to stage: PendingOperation.Stage) { items[head].stage = stage }

  /// Adds one behind the others.
  mutating func append(_ item: PendingOperation) { items.append(item) }

  /// Removes the first one.
  ///
  /// - Complexity: O(1) amortised
  mutating func removeFirst() {
    // What it refers to is let go now, not when the place is used again.
    items[head].statement = nil
    items[head].resultFormats = .binary
    head += 1
    if head == items.count {
      items.removeAll(keepingCapacity: items.capacity <= 1024)
      head = 0
    } else if head >= 256, head > items.count / 2 {
      items.removeFirst(head)
      head = 0
    }
  }
}
