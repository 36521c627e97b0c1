internal import CMoltIntrinsics
public import MoltBytes

extension JSONParser {
  /// Copies a document without the white space between its values.
  ///
  ///     { "a": [1, 2 ] }     ->     {"a":[1,2]}
  ///
  /// Only texts are told from what is between them: a document that is wrong comes out as wrong as
  /// it went in, unless a text is not closed. ``validate(_:)`` checks what has to be checked.
  ///
  /// - Parameters:
  ///   - input: The whole document.
  ///   - writer: Gets the bytes; holds some of them after a throw.
  /// - Throws: ``JSONError`` with the first thing that is wrong when a text is not closed, or when
  ///   the document is longer than ``JSONLimits/byteCount``.
  /// - Complexity: O(`input.count`)
  public mutating func minify(
    _ input: Span<UInt8>,
    into writer: inout ByteWriter
  ) throws(JSONError) {
    try checkLength(input)
    let isClosed = unsafe input.withUnsafeBufferPointer { unsafe minify($0, &writer) }
    if !isClosed { throw diagnose(input) }
  }

  private func minify(_ input: UnsafeBufferPointer<UInt8>, _ writer: inout ByteWriter) -> Bool {
    guard let start = input.baseAddress else { return true }
    var state = molt_json_text_state()
    let blockCount = input.count / 64
    var done = 0
    while done < blockCount {
      // In pieces, so that a document of white space does not take memory for all of it.
      let piece = min(blockCount - done, 1024)
      unsafe append(start + 64 * done, blockCount: piece, &state, to: &writer)
      done += piece
    }
    var last = [64 of UInt8](repeating: 0x20)
    var bytes = last.mutableSpan
    unsafe bytes.withUnsafeMutableBufferPointer { block in
      guard let copy = block.baseAddress else { return }
      unsafe copy.update(from: start + 64 * blockCount, count: input.count - 64 * blockCount)
      unsafe append(copy, blockCount: 1, &state, to: &writer)
    }
    return state.in_text == 0
  }

  private func append(
    _ blocks: UnsafePointer<UInt8>,
    blockCount: Int,
    _ state: inout molt_json_text_state,
    to writer: inout ByteWriter
  ) {
    unsafe writer.append(reserving: 64 * blockCount + 64) { destination in
      let end = unsafe molt_json_minify(path, &state, blocks, blockCount, destination)
      return unsafe end.map { unsafe $0 - destination } ?? 0
    }
  }
}
