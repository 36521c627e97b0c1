extension DecodingRun {
  /// The value is not what the type needs: null where there must be something, or another kind.
  @inline(never)
  func mismatch(_ type: Any.Type, at index: Int) -> DecodingError {
    if isNull(index) {
      let text = "Cannot get a value of type \(type) -- found null"
      return .valueNotFound(type, context(text, at: index))
    }
    let kind = TapeValue.Kind(memory.word(untagged(index)).kind)
    return .typeMismatch(type, context("Expected \(type), found \(kind.phrase)", at: index))
  }

  /// The number does not fit the type.
  @inline(never)
  func unfit(_ type: Any.Type, at index: Int) -> DecodingError {
    let number = (try? value(at: index).numberString()) ?? "The number"
    return .dataCorrupted(context("\(number) does not fit in \(type)", at: index))
  }

  /// The map has no such key.
  @inline(never)
  func missing(_ key: any CodingKey, in map: Int) -> DecodingError {
    .keyNotFound(key, context("No value for the key \"\(key.stringValue)\"", at: map))
  }

  /// The array has fewer elements.
  @inline(never)
  func pastEnd(_ type: Any.Type, of array: Int, ordinal: Int) -> DecodingError {
    let text = "The array ends before the element \(ordinal)"
    return .valueNotFound(type, context(text, at: array, then: TapeKey(index: ordinal)))
  }

  @inline(never)
  func tooDeep(_ index: Int) -> DecodingError {
    .dataCorrupted(context("Nested deeper than \(options.depth)", at: index))
  }

  @inline(never)
  func repeated(in map: Int) -> DecodingError {
    .dataCorrupted(context("A key stands in the map more than once", at: map))
  }

  /// What a conversion of the options has thrown, told as a decoder does.
  @inline(never)
  func explained(_ error: any Error, _ type: Any.Type, at index: Int) -> any Error {
    guard let error = error as? TapeError else { return error }
    let place = error.index
    if error.code == .outOfRange { return unfit(type, at: place) }
    return mismatch(type, at: place)
  }

  func context(
    _ text: String,
    at index: Int,
    then key: TapeKey? = nil
  ) -> DecodingError.Context {
    let path: [any CodingKey] = path(to: index) + (key.map { [$0] } ?? [])
    let offset = offset(of: index)
    return DecodingError.Context(codingPath: path, debugDescription: "\(text), at byte \(offset).")
  }

  /// The document is over.
  @inline(never)
  func over() -> DecodingError {
    let text = "The container was kept longer than its document"
    return .dataCorrupted(DecodingError.Context(codingPath: [], debugDescription: text))
  }

  /// The value at an index.
  @_lifetime(borrow self)
  func value(at index: Int) -> TapeValue {
    let value = unsafe TapeValue(memory, at: index)
    // Safety: it is used while the document is there.
    return unsafe _overrideLifetime(value, borrowing: self)
  }
}
