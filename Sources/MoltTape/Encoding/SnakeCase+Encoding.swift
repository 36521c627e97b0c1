extension EncodingOptions.Keys {
  /// How a key of this name is written.
  func written(_ name: String) -> String {
    switch self {
    case .asWritten: name
    case .toSnakeCase: Self.snakeCase(name)
    case .converted(let convert): convert(name)
    }
  }

  /// `myURLPath` as `my_url_path`.
  ///
  /// A word begins at a capital behind another character, and at the last of several capitals when
  /// a small letter follows.
  static func snakeCase(_ name: String) -> String {
    let characters = Array(name)
    var result = ""
    for (index, character) in characters.enumerated() {
      if character.isUppercase, index > 0 {
        let before = characters[index - 1]
        let isBeforeSmall = index + 1 < characters.count && characters[index + 1].isLowercase
        if before != "_", !before.isUppercase || isBeforeSmall { result.append("_") }
      }
      result.append(contentsOf: character.lowercased())
    }
    return result
  }
}
