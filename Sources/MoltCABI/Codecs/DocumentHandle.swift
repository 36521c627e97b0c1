internal import CMolt
internal import MoltBytes
internal import MoltCBOR
internal import MoltErrors
internal import MoltJSON
internal import MoltMessagePack
internal import MoltTape

/// Behind `molt_document`: the parsers, and what the last one of them read.
final class DocumentHandle {
  private var parsers: DocumentParsers
  /// The bytes of a document that was to be kept.
  private var kept = ByteWriter(capacity: 1)
  private var memory: TapeMemory?
  private var wordCount = 0

  init(_ limits: DocumentLimits) { parsers = DocumentParsers(limits) }

  /// Holds what the bytes say; nothing after a throw.
  ///
  /// Safety: unless they are kept, the bytes must stay where and as they are until the next call or
  /// the end of the handle.
  @unsafe func parse(
    _ format: DocumentFormat,
    _ bytes: Span<UInt8>,
    isKept: Bool
  ) throws(MoltError) {
    memory = nil
    wordCount = 0
    kept.removeAll()
    if isKept { kept.append(bytes) }
    let input = isKept ? unsafe _overrideLifetime(kept.span, copying: ()) : bytes
    (memory, wordCount) = try unsafe parsers.read(format, input)
  }

  /// The value of a number that a caller gave.
  ///
  /// Safety: used before the handle is parsed into again.
  @_lifetime(immortal)
  @unsafe func value(_ number: UInt32) throws(MoltError) -> TapeValue {
    guard let memory, number < wordCount else {
      throw MoltError(.invalidInput, "the document has no value with the number \(number)")
    }
    return unsafe TapeValue(memory, at: Int(number))
  }
}

/// A parser for each format, with the same limits.
struct DocumentParsers: ~Copyable {
  private var json: JSONParser
  private var messagePack: MessagePackParser
  private var cbor: CBORParser

  init(_ limits: DocumentLimits) {
    json = JSONParser(limits: limits.json)
    messagePack = MessagePackParser(limits: limits.messagePack)
    cbor = CBORParser(limits: limits.cbor)
  }

  /// Parses; the memory is the parser's and the input's.
  ///
  /// Safety: valid until the next call, and as long as the input.
  @unsafe mutating func read(
    _ format: DocumentFormat,
    _ input: Span<UInt8>
  ) throws(MoltError) -> (TapeMemory, Int) {
    switch format {
    case .json:
      do throws(JSONError) {
        let document = try json.parse(input)
        return (document.memory, document.wordCount)
      } catch {
        throw MoltError(error, in: input)
      }
    case .messagePack:
      do throws(MessagePackError) {
        let document = try messagePack.parse(input)
        return (document.memory, document.wordCount)
      } catch {
        throw MoltError(document: error)
      }
    case .cbor:
      do throws(CBORError) {
        let document = try cbor.parse(input)
        return (document.memory, document.wordCount)
      } catch {
        throw MoltError(document: error)
      }
    }
  }

  /// Checks without keeping anything.
  mutating func validate(_ format: DocumentFormat, _ input: Span<UInt8>) throws(MoltError) {
    guard format == .json else {
      _ = try unsafe read(format, input)
      return
    }
    do throws(JSONError) { try json.validate(input) } catch { throw MoltError(error, in: input) }
  }
}

extension DocumentFormat {
  /// The format of a number of molt.h.
  init(number: Int32) throws(MoltError) {
    switch Int(number) {
    case MOLT_FORMAT_JSON: self = .json
    case MOLT_FORMAT_MESSAGEPACK: self = .messagePack
    case MOLT_FORMAT_CBOR: self = .cbor
    default: throw MoltError(.invalidInput, "there is no format with the number \(number)")
    }
  }
}
