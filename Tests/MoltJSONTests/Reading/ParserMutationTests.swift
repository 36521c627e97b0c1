import MoltBytes
import MoltJSON
import MoltTestKit
import Testing

@Suite("Documents of any kind", .enabled(if: Suites.folder("json") != nil, "\(Suites.hint)"))
struct ParserMutationTests {
  /// The ways to read agree: with each other, with a slow reader, and with `validate`.
  func checkAgreement(_ bytes: [UInt8], _ what: @autoclosure () -> String) {
    let parser = JSONParser()
    let error = parser.firstError(in: bytes.span)
    let answers = JSONInstructions.available.map { tapeText(bytes, instructions: $0) }
    for (instructions, answer) in zip(JSONInstructions.available, answers) {
      #expect(answer == answers[0], "\(instructions): \(what())")
      #expect(answer.error == error, "\(instructions): \(what())")
      #expect(validation(bytes, instructions: instructions) == error, "\(instructions): \(what())")
    }
  }

  @Test("are read the same in every way after random changes")
  func mutations() throws {
    var generator = SplitMix(seed: PythonOracle.seed)
    print("mutations: seed \(PythonOracle.seed)")
    let documents = try files("json/parsing").map(\.1).filter { $0.count < 2000 } + pieces()
    let marks = Array("[]{}:,\"\\ \n0-1.e5tfn\u{E9}\u{1}ua".utf8)
    for round in 0..<6000 {
      var bytes = documents[Int(generator.next() % UInt64(documents.count))]
      for _ in 0...Int(generator.next() % 3) where !bytes.isEmpty {
        let place = Int(generator.next() % UInt64(bytes.count))
        let mark = marks[Int(generator.next() % UInt64(marks.count))]
        switch generator.next() % 4 {
        case 0: bytes[place] = mark
        case 1: bytes.insert(mark, at: place)
        case 2: bytes.remove(at: place)
        default: bytes[place] = UInt8(truncatingIfNeeded: generator.next())
        }
      }
      checkAgreement(bytes, "seed \(PythonOracle.seed), round \(round): \(bytes)")
    }
  }

  /// Short documents with everything in them.
  func pieces() -> [[UInt8]] {
    let value = "{\"a\\n\u{E9}\":[1,-2.5,1e5,true,null,\"x\\u0041\"],\"b\":{\"c\":[],\"d\":{}}}"
    return (1...8).map { count in
      Array("[\(Array(repeating: value, count: count).joined(separator: " ,\n "))]".utf8)
    }
  }

  @Test("of the corpora are read the same in every way, in 1.5 times their size")
  func corpora() throws {
    for (name, bytes) in try files("json/corpora") {
      let answers = JSONInstructions.available.map { tapeText(bytes, instructions: $0) }
      #expect(answers.allSatisfy { $0 == answers[0] && $0.error == nil }, "\(name)")
      for instructions in JSONInstructions.available {
        #expect(validation(bytes, instructions: instructions) == nil, "\(name)")
        var parser = JSONParser(instructions: instructions)
        _ = try parser.parse(bytes.span)
        #expect(parser.tapeByteCount <= bytes.count * 3 / 2, "\(name): \(parser.tapeByteCount)")
      }
    }
  }

  @Test("are minified the same in every way")
  func minify() throws {
    for (name, bytes) in try files("json/corpora") + files("json/parsing") {
      let expected = reference(bytes)
      for instructions in JSONInstructions.available {
        var parser = JSONParser(instructions: instructions)
        var writer = ByteWriter(capacity: 16)
        do throws(JSONError) {
          try parser.minify(bytes.span, into: &writer)
          let span = writer.span
          #expect(span.indices.map { span[$0] } == expected, "\(name)")
        } catch {
          #expect(expected == nil && parser.firstError(in: bytes.span) == error, "\(name)")
        }
      }
    }
  }

  /// The bytes that are in a text or no white space; nil when a text does not end.
  func reference(_ bytes: [UInt8]) -> [UInt8]? {
    var result: [UInt8] = []
    var isInside = false
    var isEscaped = false
    for byte in bytes {
      if isInside || ![0x20, 0x09, 0x0A, 0x0D].contains(byte) { result.append(byte) }
      if byte == 0x22 && !isEscaped { isInside.toggle() }
      isEscaped = byte == 0x5C && !isEscaped
    }
    return isInside ? nil : result
  }
}

/// Pseudo-random numbers that a seed repeats (Steele, Lea and Flood, 2014).
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
