internal import CMoltArrow
#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

extension UnsafeMutablePointer<ArrowSchema> {
  /// Describes batches: a struct whose members are the columns.
  func describe(_ fields: [ColumnField]) {
    unsafe fill(format: "+s", name: "", extensionName: nil, children: fields, isNullable: false)
  }

  private func describe(_ field: ColumnField) {
    var children: [ColumnField] = []
    if case .list(let element) = field.type {
      children = [ColumnField(name: "item", type: element)]
    }
    let type = field.type
    unsafe fill(
      format: type.format,
      name: field.name,
      extensionName: type.extensionName,
      children: children,
      isNullable: true
    )
  }

  private func fill(
    format: String,
    name: String,
    extensionName: String?,
    children: [ColumnField],
    isNullable: Bool
  ) {
    let owner = ExportedSchema(format, name, extensionName, childCount: children.count)
    unsafe pointee = ArrowSchema(
      format: UnsafePointer(owner.format),
      name: UnsafePointer(owner.name),
      metadata: UnsafePointer(owner.metadata),
      flags: isNullable ? Int64(ARROW_FLAG_NULLABLE) : 0,
      n_children: Int64(children.count),
      children: children.isEmpty ? nil : owner.children,
      dictionary: nil,
      release: releaseSchema,
      private_data: Unmanaged.passRetained(owner).toOpaque()
    )
    for index in children.indices { unsafe owner.child(index).describe(children[index]) }
  }
}

/// Implements `release` of an `ArrowSchema`: the children that were not moved, then itself.
private let releaseSchema: @convention(c) (UnsafeMutablePointer<ArrowSchema>?) -> Void = { schema in
  guard let schema = unsafe schema, let owner = unsafe schema.pointee.private_data else { return }
  for index in 0..<Int(unsafe schema.pointee.n_children) {
    if let child = unsafe schema.pointee.children?[index] { unsafe child.pointee.release?(child) }
  }
  unsafe schema.pointee.release = nil
  unsafe schema.pointee.private_data = nil
  unsafe Unmanaged<ExportedSchema>.fromOpaque(owner).release()
}

/// What an exported schema points to.
@safe private final class ExportedSchema {
  let format: UnsafeMutablePointer<CChar>?
  let name: UnsafeMutablePointer<CChar>?
  let metadata: UnsafeMutablePointer<CChar>?
  let children: UnsafeMutablePointer<UnsafeMutablePointer<ArrowSchema>?>
  private let members: UnsafeMutablePointer<ArrowSchema>

  init(_ format: String, _ name: String, _ extensionName: String?, childCount: Int) {
    unsafe self.format = strdup(format)
    // A name ends at a zero byte, which PostgreSQL does not allow in one.
    unsafe self.name = strdup(name)
    unsafe metadata = extensionName.flatMap { unsafe Self.metadata($0) }
    unsafe children = .allocate(capacity: max(childCount, 1))
    unsafe members = .allocate(capacity: max(childCount, 1))
    for index in 0..<childCount {
      unsafe (members + index).initialize(to: ArrowSchema())
      unsafe (children + index).initialize(to: members + index)
    }
  }

  deinit {
    unsafe free(format)
    unsafe free(name)
    unsafe free(metadata)
    unsafe children.deallocate()
    unsafe members.deallocate()
  }

  func child(_ index: Int) -> UnsafeMutablePointer<ArrowSchema> { unsafe members + index }

  /// One pair of a key and a value, each behind its length in four bytes.
  private static func metadata(_ extensionName: String) -> UnsafeMutablePointer<CChar>? {
    let pairs = [("ARROW:extension:name", extensionName), ("ARROW:extension:metadata", "")]
    var bytes: [UInt8] = []
    func append(_ number: Int) {
      unsafe withUnsafeBytes(of: Int32(number)) { unsafe bytes.append(contentsOf: $0) }
    }
    append(pairs.count)
    for text in pairs.flatMap({ [$0.0, $0.1] }) {
      append(text.utf8.count)
      bytes.append(contentsOf: text.utf8)
    }
    guard let memory = unsafe malloc(bytes.count) else { return nil }
    // Safety: the memory is as large as the bytes.
    unsafe UnsafeMutableRawBufferPointer(start: memory, count: bytes.count).copyBytes(from: bytes)
    return unsafe memory.bindMemory(to: CChar.self, capacity: bytes.count)
  }
}
