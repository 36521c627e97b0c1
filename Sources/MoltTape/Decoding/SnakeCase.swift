extension DecodingOptions.Keys {
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
