internal import MoltCBOR
internal import MoltErrors
internal import MoltJSON
internal import MoltMessagePack

extension MoltError {
  /// Why bytes are no JSON, with the line and the column.
  init(_ error: JSONError, in input: Span<UInt8>) {
    let isLimit =
      switch error.code {
      case .tooDeep, .documentTooLong, .textTooLong: true
      default: false
      }
    self.init(
      isLimit ? .tooLarge : .invalidInput,
      error.description(in: input),
      offset: error.offset
    )
  }

  /// Why bytes are no MessagePack.
  init(document error: MessagePackError) {
    let isLimit =
      switch error {
      case .tooDeep, .tooLong: true
      default: false
      }
    self.init(isLimit ? .tooLarge : .invalidInput, error.message, offset: error.offset)
  }

  /// Why bytes are no CBOR.
  init(document error: CBORError) {
    let isLimit =
      switch error {
      case .tooDeep, .tooLong: true
      default: false
      }
    self.init(isLimit ? .tooLarge : .invalidInput, error.message, offset: error.offset)
  }
}
