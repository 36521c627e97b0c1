/// A value that a type's own code has encoded, in memory: where containers may be used in any order.
///
/// Only the types that need it come here; see ``EncodingTarget``.
final class EncodedNode {
  enum Content {
    case nothing
    /// Writes a scalar.
    case scalar((EncodingTarget) throws -> Void)
    case array([EncodedNode])
    /// The keys as they are written, in the order of their first use, with the value that came last.
    case map([(key: String, value: EncodedNode)], indices: [String: Int])
  }

  var content = Content.nothing

  /// The elements of an array; the node becomes one if it is nothing else.
  ///
  /// - Returns: How many there are, nil when the node is something else.
  func elementCount() -> Int? {
    if case .nothing = content { content = .array([]) }
    guard case .array(let elements) = content else { return nil }
    return elements.count
  }

  func append() -> EncodedNode {
    let node = EncodedNode()
    if case .array(var elements) = content {
      content = .nothing
      elements.append(node)
      content = .array(elements)
    }
    return node
  }

  func becomeMap() {
    if case .nothing = content { content = .map([], indices: [:]) }
  }

  /// The value of a key, which begins anew.
  func value(of key: String) -> EncodedNode {
    let node = EncodedNode()
    if case .map(var pairs, var indices) = content {
      content = .nothing
      if let index = indices[key] {
        pairs[index].value = node
      } else {
        indices[key] = pairs.count
        pairs.append((key, node))
      }
      content = .map(pairs, indices: indices)
    }
    return node
  }

  func write(to target: EncodingTarget) throws {
    switch content {
    case .nothing:
      try target.output.beginMap(0)
      try target.output.endMap()
    case .scalar(let write): try write(target)
    case .array(let elements):
      try target.output.beginArray(elements.count)
      for element in elements { try element.write(to: target) }
      try target.output.endArray()
    case .map(let pairs, _):
      try target.output.beginMap(pairs.count)
      for pair in pairs {
        try target.output.write(key: pair.key)
        try pair.value.write(to: target)
      }
      try target.output.endMap()
    }
  }
}

extension EncodingTarget {
  /// Encodes the outermost value by way of a tree.
  package func encode(tree value: some Encodable) throws {
    let root = EncodedNode()
    try value.encode(to: NodeEncoder(node: root, codingPath: [], target: self))
    do { try root.write(to: self) } catch { throw located(error, value) }
  }
}
