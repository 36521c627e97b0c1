internal import CMoltIntrinsics

/// Moves over a document's values without making anything of them: what ``JSONCursor`` is made of.
///
/// Safety: the state and the bytes it points to outlive the value; every read checks its offset.
@usableFromInline @unsafe struct ValueScan {
  let state: UnsafeMutablePointer<ReadingState>

  var input: UnsafePointer<UInt8> { unsafe state.pointee.steps.block.input }
  var count: Int { unsafe state.pointee.steps.block.count }
  var path: molt_json_path { unsafe state.pointee.steps.path }

  /// The offset behind a value.
  ///
  /// Arrays and objects end with the bracket that makes up for their first; nothing else is looked
  /// at in them. A number or literal ends before the next byte that cannot belong to one.
  ///
  /// - Parameter place: Where it stands.
  /// - Returns: The offset.
  /// - Throws: When it does not end, or there is none.
  func end(of place: ValuePlace) throws(JSONError) -> Int {
    let from = unsafe start(behind: place)
    if from.start == MOLT_JSON_BEHIND_VALUE { return from.offset }
    let step = unsafe molt_json_pass(&state.pointee.steps, place.offset)
    guard step.outcome == MOLT_JSON_FOUND else { throw unsafe error(step) }
    unsafe state.pointee.finish(place, at: step.at)
    return step.at
  }

  /// Where to go on to what stands behind a value: there, where its end is known or near.
  @inline(__always)
  private func start(behind place: ValuePlace) -> (start: molt_json_start, offset: Int) {
    if unsafe state.pointee.value == place.offset {
      return unsafe (MOLT_JSON_BEHIND_VALUE, state.pointee.position)
    }
    if let end = unsafe state.pointee.end(of: place) { return (MOLT_JSON_BEHIND_VALUE, end) }
    guard unsafe state.pointee.isInside(place) else { return (MOLT_JSON_AT_VALUE, place.offset) }
    let position = unsafe state.pointee.position
    // Often the last of its values was read, and nothing stands between.
    if unsafe state.pointee.depth == place.depth &+ 1, unsafe state.pointee.value >= 0,
      unsafe position < count, unsafe input[position] | 0x20 == 0x7D
    {
      unsafe state.pointee.close(place, at: position &+ 1)
      return (MOLT_JSON_BEHIND_VALUE, position &+ 1)
    }
    return unsafe leave(place)
  }

  /// Passes the rest of an array or object.
  private func leave(_ place: ValuePlace) -> (start: molt_json_start, offset: Int) {
    let open = unsafe state.pointee.depth &- place.depth
    let end = unsafe molt_json_leave(&state.pointee.steps, state.pointee.position, open)
    guard end != 0 else { return (MOLT_JSON_AT_VALUE, place.offset) }
    unsafe state.pointee.close(place, at: end)
    return (MOLT_JSON_BEHIND_VALUE, end)
  }

  /// The offset of the element behind another.
  ///
  /// - Parameters:
  ///   - current: Where the other starts; -1 for the first element.
  ///   - array: Where the array stands.
  /// - Returns: The offset of its first byte, or nil at the end of the array.
  /// - Throws: When neither follows.
  @inline(__always)
  func element(behind current: Int, in array: ValuePlace) throws(JSONError) -> Int? {
    if current < 0 {
      let first = array.offset &+ 1
      guard unsafe first < count, unsafe input[first] > 0x20, unsafe input[first] != 0x5D else {
        return try unsafe element(MOLT_JSON_BEHIND_BRACKET, first, in: array)
      }
      unsafe state.pointee.enter(array, at: first)
      return first
    }
    let from = unsafe start(behind: ValuePlace(current, in: array))
    if from.start == MOLT_JSON_BEHIND_VALUE, unsafe from.offset &+ 1 < count,
      unsafe input[from.offset] == 0x2C, unsafe input[from.offset &+ 1] > 0x20
    {
      // The next one without white space.
      unsafe state.pointee.enter(array, at: from.offset &+ 1)
      return from.offset &+ 1
    }
    return try unsafe element(from.start, from.offset, in: array)
  }

  private func element(
    _ start: molt_json_start,
    _ offset: Int,
    in array: ValuePlace
  ) throws(JSONError) -> Int? {
    let step = unsafe molt_json_next_element(&state.pointee.steps, start, offset)
    if step.outcome == MOLT_JSON_FOUND {
      unsafe state.pointee.enter(array, at: step.at)
      return step.at
    }
    guard step.outcome == MOLT_JSON_CLOSED else { throw unsafe error(step) }
    unsafe state.pointee.close(array, at: step.at)
    return nil
  }

  /// The pair behind another, or the next behind it that has a certain key.
  ///
  /// - Parameters:
  ///   - current: Where the other's value starts; -1 for the first pair.
  ///   - object: Where the object stands.
  ///   - key: The key, or nil for any.
  ///   - limit: The offset behind which no key is looked at.
  /// - Returns: Where it stands, or nil when there is none.
  /// - Throws: When neither a pair nor the end of the object follows.
  @inline(__always)
  func pair(
    behind current: Int,
    in object: ValuePlace,
    _ key: UnsafeBufferPointer<UInt8>?,
    limit: Int
  ) throws(JSONError) -> molt_json_step? {
    let from =
      unsafe current < 0
      ? (start: MOLT_JSON_BEHIND_BRACKET, offset: object.offset &+ 1)
      : start(behind: ValuePlace(current, in: object))
    let step = unsafe molt_json_next_pair(
      &state.pointee.steps,
      from.start,
      from.offset,
      key.map { unsafe $0.baseAddress ?? input },
      key?.count ?? 0,
      limit
    )
    if step.outcome.rawValue <= MOLT_JSON_ESCAPED_KEY.rawValue {
      if step.outcome != MOLT_JSON_CLOSED {
        unsafe state.pointee.enter(object, at: step.at)
        return step
      }
      if limit == .max { unsafe state.pointee.close(object, at: step.at) }
      return nil
    }
    throw unsafe error(step)
  }

  /// What is missing where a step came to its end.
  @inline(never)
  private func error(_ step: molt_json_step) -> JSONError {
    let expected: JSONError.Expectation
    switch step.outcome {
    case MOLT_JSON_NO_VALUE_OR_END: expected = .valueOrEndOfArray
    case MOLT_JSON_NO_KEY: expected = .key
    case MOLT_JSON_NO_KEY_OR_END: expected = .keyOrEndOfObject
    case MOLT_JSON_NO_COLON: expected = .colon
    case MOLT_JSON_NO_END_OF_TEXT: expected = .endOfText
    case MOLT_JSON_NO_END_OF_ARRAY: expected = .commaOrEndOfArray
    case MOLT_JSON_NO_END_OF_OBJECT: expected = .commaOrEndOfObject
    default: expected = .value
    }
    let isAtEnd = unsafe step.at >= count
    return JSONError(isAtEnd ? .unexpectedEnd : .unexpectedByte, at: step.at, expected: expected)
  }
}
