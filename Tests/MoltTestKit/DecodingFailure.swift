/// The path and the text of a `DecodingError`, as one line.
public func decodingFailure(_ decode: () throws -> Void) -> String {
  do {
    try decode()
    return "none"
  } catch let error as DecodingError {
    let (kind, context): (String, DecodingError.Context) =
      switch error {
      case .typeMismatch(_, let context): ("mismatch", context)
      case .valueNotFound(_, let context): ("null", context)
      case .keyNotFound(let key, let context): ("missing \(key.stringValue)", context)
      case .dataCorrupted(let context): ("corrupted", context)
      @unknown default: fatalError("a new kind of error")
      }
    let path = context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
    return "\(kind) at \(path.joined(separator: ".")): \(context.debugDescription)"
  } catch {
    return "\(error)"
  }
}
