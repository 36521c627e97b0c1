internal import Synchronization

/// What was received and not consumed yet, between an event loop and one consuming task.
///
/// Above the high-water mark the connection stops reading its socket, so that the server waits;
/// below the low one it goes on.
final class PostgresBuffer<Element: Sendable>: Sendable {
  static var high: Int { 256 * 1024 }
  static var low: Int { 64 * 1024 }

  private struct State {
    var elements: [(Element, byteCount: Int)] = []
    var head = 0
    var byteCount = 0
    var isFull = false
    var end: PostgresError??
    var isAbandoned = false
    var consumer: CheckedContinuation<Result<Element?, PostgresError>, Never>?
    var closers: [CheckedContinuation<Void, Never>] = []
    var callback: (@Sendable (PostgresError?) -> Void)?

    mutating func pop() -> Element {
      let (element, size) = elements[head]
      head += 1
      byteCount -= size
      if head == elements.count {
        elements.removeAll(keepingCapacity: true)
        head = 0
      }
      return element
    }
  }

  private let state = Mutex(State())
  /// Tells the connection to read again.
  private let resume: @Sendable () -> Void

  init(resume: @escaping @Sendable () -> Void) { self.resume = resume }

  /// Adds an element.
  ///
  /// - Returns: Whether there is room for more.
  func append(_ element: Element, byteCount: Int) -> Bool {
    let (consumer, hasRoom) = state.withLock { state in
      if state.isAbandoned { return (nil as Consumer?, true) }
      if let consumer = state.consumer {
        state.consumer = nil
        return (consumer, true)
      }
      state.elements.append((element, byteCount))
      state.byteCount += byteCount
      if state.byteCount > Self.high { state.isFull = true }
      return (nil, !state.isFull)
    }
    consumer?.resume(returning: .success(element))
    return hasRoom
  }

  private typealias Consumer = CheckedContinuation<Result<Element?, PostgresError>, Never>

  /// Says that nothing more comes.
  func finish(_ error: PostgresError?) {
    let (consumer, closers, callback) = state.withLock { state in
      let (consumer, closers, callback) = (state.consumer, state.closers, state.callback)
      (state.consumer, state.closers, state.callback) = (nil, [], nil)
      if state.end == nil { state.end = .some(error) }
      return (consumer, closers, callback)
    }
    callback?(error)
    consumer?.resume(returning: error.map { .failure($0) } ?? .success(nil))
    for closer in closers { closer.resume() }
  }

  /// Says who is told of the end, which must not have come yet.
  func whenFinished(_ callback: @escaping @Sendable (PostgresError?) -> Void) {
    state.withLock { $0.callback = callback }
  }

  /// The next element; nil at the end.
  func next() async throws(PostgresError) -> Element? {
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { (continuation: Consumer) in
        let (result, isRoomy) = state.withLock { state in take(&state, continuation) }
        if isRoomy { resume() }
        if let result { continuation.resume(returning: result) }
      }
    } onCancel: {
      let consumer = state.withLock { state in
        defer { state.consumer = nil }
        return state.consumer
      }
      consumer?.resume(returning: .failure(.cancelled))
    }
    return try result.get()
  }

  /// The next element if it is there, without a suspension.
  func nextAvailable() -> Element? {
    let (element, isRoomy) = state.withLock { state -> (Element?, Bool) in
      guard state.head < state.elements.count else { return (nil, false) }
      return (state.pop(), becomesRoomy(&state))
    }
    if isRoomy { resume() }
    return element
  }

  private func take(
    _ state: inout State,
    _ continuation: Consumer
  ) -> (Result<Element?, PostgresError>?, Bool) {
    if state.head < state.elements.count {
      let element = state.pop()
      return (.success(element), becomesRoomy(&state))
    }
    if let end = state.end { return (end.map { .failure($0) } ?? .success(nil), false) }
    if Task.isCancelled { return (.failure(.cancelled), false) }
    state.consumer = continuation
    return (nil, false)
  }

  private func becomesRoomy(_ state: inout State) -> Bool {
    guard state.isFull, state.byteCount <= Self.low else { return false }
    state.isFull = false
    return true
  }

  /// Gives up what was not consumed.
  ///
  /// - Returns: Whether more could have come.
  func abandon() -> Bool {
    state.withLock { state in
      state.isAbandoned = true
      state.elements = []
      state.head = 0
      state.byteCount = 0
      state.isFull = false
      return state.end == nil
    }
  }

  /// Waits until nothing more comes.
  ///
  /// - Returns: The error at the end, if there was one.
  func end() async -> PostgresError? {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      let isOver = state.withLock { state in
        if state.end != nil { return true }
        state.closers.append(continuation)
        return false
      }
      if isOver { continuation.resume() }
    }
    return state.withLock { $0.end ?? nil }
  }
}
