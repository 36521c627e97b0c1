import MoltJSON
import MoltTape
import MoltTestKit
import Testing

/// What a reader gives: the documents by their source, and the errors.
enum Item: Equatable {
  case document(String)
  case error(JSONError.Code, offset: Int, line: Int)
}

/// A document in a form that can be compared.
func text(_ value: TapeValue) -> String {
  switch value.kind {
  case .array:
    var parts: [String] = []
    if var elements = try? value.array().makeIterator() {
      while let element = elements.next() { parts.append(text(element)) }
    }
    return "[" + parts.joined(separator: ",") + "]"
  case .map:
    var parts: [String] = []
    if var pairs = try? value.map().makeIterator() {
      while let pair = pairs.next() { parts.append(text(pair.key) + ":" + text(pair.value)) }
    }
    return "{" + parts.joined(separator: ",") + "}"
  case .text: return (try? value.string()).map { "'\($0)'" } ?? "?"
  case .null: return "null"
  case .boolean: return (try? value.boolean()).map { "\($0)" } ?? "?"
  default: return (try? value.numberString()) ?? "?"
  }
}

@Suite("Documents of a stream")
struct JSONLinesTests {
  static let lines = Array(
    "{\"a\":\"}\\\"\\n\"}\r\n\n  [1,2] \n{\"b\":\n\"x\" \t\n\n nul\n[\n-0\n12.50".utf8
  )
  static let lineItems: [Item] = [
    .document("{'a':'}\"\n'}"), .document("[1,2]"),
    .error(.unexpectedEnd, offset: 30, line: 4), .document("'x'"),
    .error(.unexpectedEnd, offset: 42, line: 7), .error(.unexpectedEnd, offset: 44, line: 8),
    .document("-0"), .document("12.50"),
  ]
  static let concatenated = Array(
    " {\"a\":[\"]\\\\\",{}]}[]1 2\"a\\\"\"true\u{1E}null\n\n{\"b\":\n1}\t-3.5e2\u{1E}[1]".utf8
  )
  static let concatenatedItems: [Item] = [
    "{'a':[']\\',{}]}", "[]", "1", "2", "'a\"'", "true", "null", "{'b':1}", "-3.5e2", "[1]",
  ].map { .document($0) }

  /// Everything that ``JSONLines`` gives, up to an error that stays.
  func whole(_ bytes: [UInt8], _ framing: JSONFraming) -> [Item] {
    var items: [Item] = []
    var reader = JSONLines(bytes.span, framing: framing)
    while items.count < 100 {
      do throws(JSONError) {
        guard let document = try reader.next() else { break }
        items.append(.document(text(document.root)))
      } catch {
        items.append(
          .error(error.code, offset: error.offset, line: error.position(in: bytes.span).line)
        )
        if framing == .concatenated { break }
      }
    }
    return items
  }

  /// Takes what a stream has ready.
  func drain(_ stream: inout JSONStream, _ framing: JSONFraming, into items: inout [Item]) {
    while items.count < 100 {
      do throws(JSONStreamError) {
        guard let document = try stream.next() else { return }
        items.append(.document(text(document.root)))
      } catch {
        let item = Item.error(error.error.code, offset: error.error.offset, line: error.line)
        if framing == .concatenated, items.last == item { return }
        items.append(item)
      }
    }
  }

  func pieces(_ pieces: [ArraySlice<UInt8>], _ framing: JSONFraming) -> [Item] {
    var items: [Item] = []
    var stream = JSONStream(framing: framing)
    for piece in pieces {
      stream.append(piece.span)
      drain(&stream, framing, into: &items)
    }
    stream.finish()
    drain(&stream, framing, into: &items)
    return items
  }

  @Test("come line by line, and a bad line does not spoil the others")
  func wholeLines() {
    #expect(whole(Self.lines, .lines) == Self.lineItems)
  }

  @Test("come one behind the other, with anything or nothing in between")
  func wholeConcatenated() {
    #expect(whole(Self.concatenated, .concatenated) == Self.concatenatedItems)
  }

  @Test("are the same however the bytes are cut")
  func splits() {
    everySplit(of: Self.lines) { first, second in
      #expect(pieces([first, second], .lines) == Self.lineItems)
    }
    everySplit(of: Self.concatenated) { first, second in
      #expect(pieces([first, second], .concatenated) == Self.concatenatedItems)
    }
  }

  @Test("are the same when the bytes come in pieces of any size", arguments: 1...9)
  func drip(size: Int) {
    for (bytes, framing, items) in [
      (Self.lines, JSONFraming.lines, Self.lineItems),
      (Self.concatenated, .concatenated, Self.concatenatedItems),
    ] {
      let starts = stride(from: 0, to: bytes.count, by: size)
      let cut = starts.map { bytes[$0..<min($0 + size, bytes.count)] }
      #expect(pieces(cut, framing) == items)
    }
  }

  @Test(
    "that are no documents end the reading where none says where the next one starts",
    arguments: [
      ("{}[1,]3", JSONError.Code.unexpectedByte, 5), ("1 ]", .unexpectedByte, 2),
      ("[] {\"a\":", .unexpectedEnd, 8), ("\"a", .unexpectedEnd, 2),
      ("{}\n tru", .unexpectedEnd, 7),
    ]
  )
  func broken(text: String, code: JSONError.Code, offset: Int) throws {
    let bytes = Array(text.utf8)
    let items = whole(bytes, .concatenated)
    let last = try #require(items.last)
    guard case .error(let found, let place, _) = last else {
      Issue.record("\(items) ends without an error")
      return
    }
    #expect(found == code && place == offset)
    #expect(pieces(bytes.indices.map { bytes[$0...$0] }, .concatenated) == items)
    var stream = JSONStream(framing: .concatenated)
    stream.append(bytes.span)
    stream.finish()
    var errors: [JSONStreamError] = []
    for _ in 0..<8 {
      do throws(JSONStreamError) { _ = try stream.next() } catch { errors.append(error) }
    }
    #expect(errors.count >= 6 && Set(errors.map(\.line)).count == 1)
  }

  @Test(
    "may not be longer than the limit, even when their end never comes",
    arguments: [
      JSONFraming.lines, .concatenated,
    ]
  )
  func limits(framing: JSONFraming) {
    var limits = JSONLimits()
    limits.byteCount = 100
    var stream = JSONStream(framing: framing, limits: limits)
    stream.append(Array("[1]\n".utf8).span)
    var count = 0
    var failure: JSONStreamError?
    let piece = Array("[[[[[[[[[[".utf8)
    for _ in 0..<1000 where failure == nil {
      do throws(JSONStreamError) {
        while try stream.next() != nil { count += 1 }
        stream.append(piece.span)
      } catch {
        failure = error
      }
    }
    #expect(count == 1)
    #expect(failure?.error.code == .documentTooLong)
    #expect(failure?.error.offset == 104 && failure?.line == 2)
  }

  @Test("give nothing when there is nothing", arguments: ["", "\n", " \r\n\t\n", "\n\n\n"])
  func empty(text: String) {
    #expect(whole(Array(text.utf8), .lines).isEmpty)
    #expect(whole(Array(text.utf8), .concatenated).isEmpty)
    #expect(pieces([Array(text.utf8)[...]], .lines).isEmpty)
  }

  @Test("keep their place over many pieces")
  func long() {
    var stream = JSONStream()
    var total = 0
    for number in 0..<20_000 {
      stream.append(Array("{\"n\":\(number)}\n{\"n\":".utf8).span)
      stream.append(Array("1}\n".utf8).span)
      while let document = try? stream.next() {
        total += Int((try? document.root["n"]?.int64()) ?? -1)
      }
    }
    #expect(total == 20_000 * 19_999 / 2 + 20_000)
    stream.append(Array("]\n".utf8).span)
    #expect(throws: JSONStreamError.self) { while try stream.next() != nil {} }
  }
}
