internal import MoltErrors
internal import MoltMessagePack
internal import MoltRows

// What clients send, with errors in the worker's words.

extension Shape {
  /// Decodes the shape of a prepare.
  init(sent bytes: [UInt8]) throws(MoltError) {
    do { self = try Shape(decoding: bytes.span) } catch {
      throw MoltError(.invalidInput, error.message, offset: error.offset)
    }
  }
}

extension RunArguments {
  /// Decodes the arguments of a run.
  init(sent bytes: [UInt8]) throws(MoltError) {
    do { self = try RunArguments(decoding: bytes.span) } catch {
      throw MoltError(
        .invalidInput,
        "the arguments of the run: \(error.message)",
        offset: error.offset
      )
    }
  }
}
