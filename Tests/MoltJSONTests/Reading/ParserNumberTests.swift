import Foundation
import MoltJSON
import MoltTape
import MoltTestKit
import Testing

@Suite("Numbers on the tape")
struct ParserNumberTests {
  @Test("are the nearest Double, or the integer, whatever their length")
  func random() throws {
    var generator = SplitMix(seed: PythonOracle.seed)
    print("numbers: seed \(PythonOracle.seed)")
    var numbers: [String] = []
    for _ in 0..<20_000 {
      let whole = digits(Int(generator.next() % 22), &generator, isWhole: true)
      let fraction = digits(Int(generator.next() % 24), &generator, isWhole: false)
      let sign = generator.next() % 2 == 0 ? "-" : ""
      let point = fraction.isEmpty ? "" : ".\(fraction)"
      let exponent = generator.next() % 5 == 0 ? "e\(Int(generator.next() % 60) - 30)" : ""
      numbers.append(sign + whole + point + exponent)
    }
    try check(numbers)
  }

  @Test(
    "are the nearest Double where that is hard",
    .enabled(if: Suites.folder("numbers") != nil, "\(Suites.hint)")
  )
  func suite() throws {
    let folder = try #require(Suites.folder("numbers"))
    var numbers: [String] = []
    for file in try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    where file.hasSuffix(".txt") {
      for line in try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
        .split(separator: "\n")
      {
        let fields = line.split(separator: " ")
        if fields.count == 4, validation(Array(fields[3].utf8)) == nil {
          numbers.append(String(fields[3]))
        }
      }
    }
    #expect(numbers.count > 5000)
    try check(numbers)
  }

  @Test("are read alike at every place of a document, in arrays and objects")
  func places() throws {
    let numbers = [
      "0", "-1", "7", "0.5", "-0.25", "1e5", "-0", "-0.0", "123456789012345678", "3.0e-2",
      "576460752303423487", "576460752303423488", "-576460752303423488", "-576460752303423489",
      "9223372036854775807", "18446744073709551615", "18446744073709551616",
      "0.1234567890123456789", "1234567890123456.789", "9007199254740993.5", "1.00000000000000000",
      "65.613616999999977", "12345678901234567890.5",
    ]
    for separator in [",", " ,\n ", ",\t"] {
      for count in 0..<80 {
        let spaces = String(repeating: " ", count: count)
        let list = "[\(spaces)\(numbers.joined(separator: separator))\(spaces)]"
        let pairs = numbers.map { "\"k\":\($0)" }.joined(separator: separator)
        try expectAlike("{\"a\":\(list),\"b\":{\(pairs)}\(spaces)}")
      }
    }
  }

  @Test(
    "are refused where they are none, among others",
    arguments: [
      "01", "-01", "-", "1.", ".5", "-.5", "1.e2", "1e", "1e+", "1.5.2", "1-", "1x", "0x1", "00",
      "1.5\"", "+1", "1.5:", "0.0.0", "--1", "1 2", "12345678901234567890x", "1.5e5.", "1;",
    ]
  )
  func refusals(number: String) {
    for count in 0..<70 {
      let ones = String(repeating: "1,", count: count)
      let document = Array("[\(ones)\(number),\(ones)1\(String(repeating: " ", count: 64))]".utf8)
      let expected = JSONParser().firstError(in: document.span)
      #expect(expected != nil)
      for instructions in JSONInstructions.available {
        #expect(tapeText(document, instructions: instructions) == .failure(expected!))
      }
    }
  }

  /// Reads a document with all instructions, and its numbers one by one as well.
  func expectAlike(_ document: String) throws {
    let bytes = Array(document.utf8)
    let expected = try tapeText(bytes, instructions: .portable).get()
    for instructions in JSONInstructions.available {
      #expect(tapeText(bytes, instructions: instructions) == .success(expected))
      var parser = JSONParser(instructions: instructions)
      let parsed = try parser.parse(bytes.span)
      let lazy = try JSONLazyDocument(bytes.span, instructions: instructions)
      var elements = try lazy.root.value("a").elements()
      var index = 3
      while let element = try elements.next() {
        if parsed.memory.word(index).kind == .double {
          #expect(try element.double().bitPattern == parsed.memory.operand(index))
        }
        index = parsed.memory.end(of: index)
      }
    }
  }

  /// Reads them as one array and one by one, and compares with what Swift reads.
  func check(_ numbers: [String]) throws {
    let bytes = Array("[\(numbers.joined(separator: ","))]".utf8)
    for instructions in JSONInstructions.available {
      var parser = JSONParser(instructions: instructions)
      let document = try parser.parse(bytes.span)
      var index = 1
      for number in numbers {
        expectEqual(document.memory, index, number)
        index = document.memory.end(of: index)
      }
      #expect(index == document.wordCount)
    }
    for number in numbers {
      let expected = try tapeText(Array(number.utf8), instructions: .portable).get()
      for instructions in JSONInstructions.available {
        #expect(tapeText(Array(number.utf8), instructions: instructions) == .success(expected))
      }
      let bytes = Array((number + String(repeating: " ", count: number.utf8.count % 2 * 64)).utf8)
      let lazy = try JSONLazyDocument(bytes.span)
      let cursor = lazy.root
      if let value = Double(number), value.isFinite {
        let read = try cursor.double()
        #expect(read == value && read.sign == value.sign, "\(number)")
      }
    }
  }

  func expectEqual(_ memory: TapeMemory, _ index: Int, _ number: String) {
    let word = memory.word(index)
    let source = { String(decoding: memory.bytes(of: word), as: UTF8.self) }
    switch word.kind {
    case .integer: #expect(Int64(number) == word.integer && number != "-0")
    case .int64:
      #expect(Int64(number) == Int64(bitPattern: memory.operand(index)) && source() == number)
    case .uint64: #expect(UInt64(number) == memory.operand(index) && source() == number)
    case .double:
      #expect(Double(number)?.bitPattern == memory.operand(index), "\(number)")
      #expect(source() == number)
    case .number:
      let isInteger = !number.contains { ".eE".contains($0) }
      #expect(source() == number)
      #expect(isInteger || Double(number)?.isFinite == false)
      #expect(!isInteger || (Int64(number) == nil && UInt64(number) == nil))
    default: Issue.record("\(number) became \(word.kind)")
    }
  }

  func digits(_ count: Int, _ generator: inout SplitMix, isWhole: Bool) -> String {
    if isWhole && count == 0 { return "0" }
    let text = String((0..<count).map { _ in "0123456789".randomElement(using: &generator) ?? "0" })
    return isWhole && count > 1 && text.hasPrefix("0") ? "1" + text.dropFirst() : text
  }
}
