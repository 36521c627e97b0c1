public import MoltRows

/// A shape of lists whose columns are written as stored.
public func listShape(_ columnCount: Int, _ style: OutputStyle = .compact) -> Shape {
  Shape(
    style: style,
    layout: .arrays,
    fields: (0..<columnCount).map { .leaf(name: "c\($0)", column: $0, format: .asStored) }
  )
}
