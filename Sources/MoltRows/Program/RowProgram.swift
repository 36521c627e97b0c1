internal import MoltBytes
internal import MoltJSON
internal import MoltMessagePack

/// A shape flattened into the steps that write one row.
///
/// For the shape of fields `id` and, nested under `airline`, `name`, the `django` style compiles to
///
///     step  literal              then
///     0     `, {"id": `          the cell of column 0
///     1     `, "airline": `      if column 1 is NULL: `null`, go on at step 4
///     2     `{"name": `          the cell of column 2
///     3     `}`
///     4     `}`
///
/// The first row leaves out the separator at the front of step 0. Everything that is the same for
/// every row is in the literals, so that a row costs one copy and one cell per step.
public struct RowProgram: Sendable {
  /// What a step does after its literal.
  enum Action: Sendable {
    /// Nothing.
    case proceed
    /// Writes the cell of the step's column.
    case cell(ColumnFormat)
    /// Writes null and goes on at `skipTo` if the step's column is NULL.
    case nullOr(skipTo: Int)
  }

  /// A literal, then an action.
  struct Step: Sendable {
    var literalOffset: Int
    var literalCount: Int
    var column: Int
    var action: Action
  }

  /// The shape that was compiled.
  public let shape: Shape
  /// The number of columns a row must have.
  public let columnCount: Int
  private(set) var steps: [Step] = []
  /// All literals, followed by ``RowProgram/padding`` unused bytes so that they can be copied in
  /// whole blocks.
  private(set) var literals: [UInt8] = []
  /// How many bytes of the first literal separate a row from the one before.
  private(set) var separatorCount = 0
  let json: JSONStyle

  static let padding = 16

  /// Compiles a shape.
  ///
  /// - Complexity: O(size of the shape)
  public init(_ shape: Shape) {
    self.shape = shape
    self.columnCount = shape.columnCount
    self.json = JSONStyle(shape.style)
    compile()
  }

  private mutating func compile() {
    var literal = ByteWriter(capacity: 256)
    switch shape.style {
    case .django, .drf, .compact:
      literal.append(json.comma)
      separatorCount = literal.count
      compileJSON(&literal)
    case .messagepack: compileMessagePack(&literal)
    case .csv: compileCSV(&literal)
    }
    literals.append(contentsOf: repeatElement(0, count: Self.padding))
  }

  /// Ends the literal collected so far with an action.
  private mutating func emit(
    _ literal: inout ByteWriter,
    column: Int = 0,
    _ action: Action
  ) {
    steps.append(
      Step(
        literalOffset: literals.count,
        literalCount: literal.count,
        column: column,
        action: action
      )
    )
    do {
      let bytes = literal.span
      for index in bytes.indices { literals.append(bytes[index]) }
    }
    literal.removeAll()
  }

  // MARK: JSON

  private mutating func compileJSON(_ literal: inout ByteWriter) {
    switch shape.layout {
    case .objects: compileJSONObject(shape.fields, &literal)
    case .arrays:
      literal.append("[")
      compileJSONList(shape.fields, &literal)
      literal.append("]")
    case .flat: compileJSONList(shape.fields, &literal)
    }
    if literal.count > 0 { emit(&literal, .proceed) }
  }

  private mutating func compileJSONObject(_ fields: [Field], _ literal: inout ByteWriter) {
    for (index, field) in fields.enumerated() {
      literal.append(index == 0 ? "{" : json.comma)
      switch field {
      case .leaf(let name, let column, let format):
        appendJSONKey(name, to: &literal)
        emit(&literal, column: column, .cell(format))
      case .nest(let name, let nullWhen, let fields):
        appendJSONKey(name, to: &literal)
        compileNest(nullWhen, &literal) { program, literal in
          program.compileJSONObject(fields, &literal)
        }
      }
    }
    literal.append("}")
  }

  private mutating func compileJSONList(_ fields: [Field], _ literal: inout ByteWriter) {
    for (index, field) in fields.enumerated() {
      guard case .leaf(_, let column, let format) = field else { continue }
      if index > 0 { literal.append(json.comma) }
      emit(&literal, column: column, .cell(format))
    }
  }

  private func appendJSONKey(_ name: String, to literal: inout ByteWriter) {
    literal.appendJSONString(name, json.escapes)
    literal.append(json.colon)
  }

  // MARK: MessagePack

  private mutating func compileMessagePack(_ literal: inout ByteWriter) {
    switch shape.layout {
    case .objects: compileMessagePackMap(shape.fields, &literal)
    case .arrays, .flat:
      if shape.layout == .arrays { literal.appendMessagePackArrayHeader(shape.fields.count) }
      for field in shape.fields {
        guard case .leaf(_, let column, let format) = field else { continue }
        emit(&literal, column: column, .cell(format))
      }
    }
  }

  private mutating func compileMessagePackMap(_ fields: [Field], _ literal: inout ByteWriter) {
    literal.appendMessagePackMapHeader(fields.count)
    for field in fields {
      switch field {
      case .leaf(let name, let column, let format):
        literal.appendMessagePack(text: name)
        emit(&literal, column: column, .cell(format))
      case .nest(let name, let nullWhen, let fields):
        literal.appendMessagePack(text: name)
        compileNest(nullWhen, &literal) { program, literal in
          program.compileMessagePackMap(fields, &literal)
        }
      }
    }
  }

  // MARK: CSV

  private mutating func compileCSV(_ literal: inout ByteWriter) {
    for (index, field) in shape.fields.enumerated() {
      guard case .leaf(_, let column, let format) = field else { continue }
      if index > 0 { literal.append(",") }
      emit(&literal, column: column, .cell(format))
    }
    literal.append("\r\n")
    emit(&literal, .proceed)
  }

  /// Emits a nest, behind a jump over it where it can be null.
  private mutating func compileNest(
    _ nullWhen: Int?,
    _ literal: inout ByteWriter,
    _ compileFields: (inout RowProgram, inout ByteWriter) -> Void
  ) {
    guard let nullWhen else { return compileFields(&self, &literal) }
    let jump = steps.count
    emit(&literal, column: nullWhen, .proceed)
    compileFields(&self, &literal)
    if literal.count > 0 { emit(&literal, .proceed) }
    steps[jump].action = .nullOr(skipTo: steps.count)
  }
}
