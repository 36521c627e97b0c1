extension DecodingOptions.Keys {
  /// How a key of this name most likely stands in a document: `imageUrl` as `image_url`.
  ///
  /// A name that nothing would be converted to, such as `imageURL`, stays as it is.
  func written(_ name: String) -> String {
    guard self == .fromSnakeCase else { return name }
    var guess = ""
    for character in name {
      if character.isUppercase, !guess.isEmpty { guess.append("_") }
      guess.append(contentsOf: character.lowercased())
    }
    return Self.camelCase(guess) == name ? guess : name
  }

  /// A key of a document as types name it: `image_url` as `imageUrl`.
  ///
  /// Underscores at both ends stay; between words any number of them goes. A key of one word stays
  /// as it is.
  static func camelCase(_ key: String) -> String {
    let core = key.drop { $0 == "_" }
    let words = core.split(separator: "_")
    guard words.count > 1 else { return key }
    let leading = key[..<core.startIndex]
    let trailing = key[(words.last?.endIndex ?? key.endIndex)...]
    let rest = words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst().lowercased() }
    return leading + (words.first?.lowercased() ?? "") + rest.joined() + trailing
  }
}

extension DecodingState {
  /// Where the value of a key stands that is not in the map under its own name; 0 when it is not.
  ///
  /// Looks for other spellings in snake case, and for a key that is an integer.
  @inline(never)
  func findOtherwise<Key: CodingKey>(_ key: Key, in map: KeyedMap) -> Int {
    if options.keys == .fromSnakeCase {
      let found = findConverted(key.stringValue, in: map)
      if found != 0 { return found }
    }
    guard memory.format != .json, let number = key.intValue else { return 0 }
    return findInteger(number, in: map)
  }

  private func findConverted(_ name: String, in map: KeyedMap) -> Int {
    var found = 0
    var index = map.index &+ 1
    while index < map.end {
      let value = memory.end(of: index)
      let word = memory.word(index)
      if word.kind == .text || word.kind == .arenaText {
        let bytes = unsafe memory.bytes(of: word)
        // Only a key with an underscore can mean another name than its own.
        if unsafe bytes.contains(0x5F) {
          let key = unsafe String(decoding: bytes, as: UTF8.self)
          if DecodingOptions.Keys.camelCase(key) == name { found = value }
        }
      }
      index = memory.end(of: value)
    }
    return found
  }

  private func findInteger(_ number: Int, in map: KeyedMap) -> Int {
    var found = 0
    var index = map.index &+ 1
    while index < map.end {
      let value = memory.end(of: index)
      let key = unsafe TapeValue(memory, at: index)
      if key.kind == .integer, (try? key.integer(Int.self)) == number { found = value }
      index = memory.end(of: value)
    }
    return found
  }
}
