internal import CMoltArrow

extension UnsafeMutablePointer<ArrowArray> {
  /// Lends a batch: a struct whose members are the columns.
  ///
  /// Nothing is copied.
  func lend(_ batch: ColumnBatch) {
    unsafe fill(count: batch.rowCount, nullCount: 0, buffers: [nil], children: batch.columns)
  }

  private func lend(_ array: ColumnArray) {
    var buffers = [array.validity]
    if array.type.hasOffsets { buffers.append(array.offsets) }
    if let values = array.values { buffers.append(values) }
    unsafe fill(
      count: array.count,
      nullCount: array.nullCount,
      buffers: buffers,
      children: array.elements.map { [$0] } ?? []
    )
  }

  private func fill(
    count: Int,
    nullCount: Int,
    buffers: [ColumnMemory?],
    children: [ColumnArray]
  ) {
    let owner = ExportedArray(buffers, childCount: children.count)
    unsafe pointee = ArrowArray(
      length: Int64(count),
      null_count: Int64(nullCount),
      offset: 0,
      n_buffers: Int64(buffers.count),
      n_children: Int64(children.count),
      buffers: owner.buffers,
      children: children.isEmpty ? nil : owner.children,
      dictionary: nil,
      release: releaseArray,
      private_data: Unmanaged.passRetained(owner).toOpaque()
    )
    for index in children.indices { unsafe owner.child(index).lend(children[index]) }
  }
}

/// Implements `release` of an `ArrowArray`: the children that were not moved, then itself.
private let releaseArray: @convention(c) (UnsafeMutablePointer<ArrowArray>?) -> Void = { array in
  guard let array = unsafe array, let owner = unsafe array.pointee.private_data else { return }
  for index in 0..<Int(unsafe array.pointee.n_children) {
    if let child = unsafe array.pointee.children?[index] { unsafe child.pointee.release?(child) }
  }
  unsafe array.pointee.release = nil
  unsafe array.pointee.private_data = nil
  unsafe Unmanaged<ExportedArray>.fromOpaque(owner).release()
}

/// What an exported array points to, and whose memory it keeps.
@safe private final class ExportedArray {
  let buffers: UnsafeMutablePointer<UnsafeRawPointer?>
  let children: UnsafeMutablePointer<UnsafeMutablePointer<ArrowArray>?>
  private let members: UnsafeMutablePointer<ArrowArray>
  private let memory: [ColumnMemory?]

  init(_ memory: [ColumnMemory?], childCount: Int) {
    self.memory = memory
    unsafe buffers = .allocate(capacity: max(memory.count, 1))
    for index in memory.indices {
      unsafe (buffers + index).initialize(to: UnsafeRawPointer(memory[index]?.base))
    }
    unsafe children = .allocate(capacity: max(childCount, 1))
    unsafe members = .allocate(capacity: max(childCount, 1))
    for index in 0..<childCount {
      unsafe (members + index).initialize(to: ArrowArray())
      unsafe (children + index).initialize(to: members + index)
    }
  }

  deinit {
    unsafe buffers.deallocate()
    unsafe children.deallocate()
    unsafe members.deallocate()
  }

  func child(_ index: Int) -> UnsafeMutablePointer<ArrowArray> { unsafe members + index }
}
