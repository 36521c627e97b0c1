import MoltBytes
import MoltJSON
import MoltTestKit
import Testing

@Suite("A document that is read in parts")
struct LazyDocumentTests {
  /// Where the values of each array and object start, found without reading any of them.
  typealias Map = [Int: [Int]]

  func map(_ cursor: JSONCursor, _ map: inout Map) throws(JSONError) {
    var children: [Int] = []
    if cursor.kind == .array {
      var elements = try cursor.elements()
      while let element = try elements.next() { children.append(element.offset) }
      elements = try cursor.elements()
      while let element = try elements.next() { try self.map(element, &map) }
    } else if cursor.kind == .object {
      var members = try cursor.members()
      while let member = try members.next() { children.append(member.value.offset) }
      members = try cursor.members()
      while let member = try members.next() { try self.map(member.value, &map) }
    }
    map[cursor.offset] = children
  }

  /// Reads, passes, leaves early and goes back, as the generator says.
  func wander(_ cursor: JSONCursor, _ map: Map, _ generator: inout SplitMix) throws(JSONError) {
    let expected = map[cursor.offset] ?? []
    switch (cursor.kind, generator.next() % 8) {
    case (_, 0): return
    case (_, 1): #expect(try end(of: cursor) > cursor.offset)
    case (.array, _):
      var elements = try cursor.elements()
      var found: [Int] = []
      while let element = try elements.next() {
        found.append(element.offset)
        try wander(element, map, &generator)
        if generator.next() % 16 == 0 { break }
        guard generator.next() % 8 == 0 else { continue }
        var copy = elements
        if let later = try copy.next() { try wander(later, map, &generator) }
      }
      #expect(found == Array(expected.prefix(found.count)))
    case (.object, _):
      var members = try cursor.members()
      var found: [Int] = []
      while let member = try members.next() {
        found.append(member.value.offset)
        if generator.next() % 2 == 0 { _ = try member.key.string() }
        try wander(member.value, map, &generator)
        if generator.next() % 16 == 0 { break }
        guard generator.next() % 8 == 0 else { continue }
        let key = try member.key.string()
        #expect(try cursor.value(key).offset <= member.value.offset)
      }
      #expect(found == Array(expected.prefix(found.count)))
    case (.text, _): _ = try cursor.string()
    case (.number, _): _ = try cursor.double()
    case (.boolean, _): _ = try cursor.boolean()
    default: try cursor.null()
    }
  }

  func end(of cursor: JSONCursor) throws(JSONError) -> Int {
    cursor.offset + (try cursor.source.count)
  }

  @Test(
    "finds the same whatever was read before",
    .enabled(if: Suites.folder("json/corpora") != nil, "\(Suites.hint)")
  )
  func order() throws {
    var generator = SplitMix(seed: PythonOracle.seed)
    print("order: seed \(PythonOracle.seed)")
    for (name, bytes) in try files("json/corpora") where bytes.count < 1 << 20 {
      for instructions in JSONInstructions.available {
        let untouched = try JSONLazyDocument(bytes.span, instructions: instructions)
        var map = Map()
        try self.map(untouched.root, &map)
        let document = try JSONLazyDocument(bytes.span, instructions: instructions)
        for _ in 0..<3 { try wander(document.root, map, &generator) }
        #expect(try end(of: document.root) <= bytes.count, "\(name)")
      }
    }
  }

  @Test("is read at any depth")
  func depth() throws {
    for depth in [1, 31, 32, 33, 34, 200] {
      let open = String(repeating: "{\"a\": [0, ", count: depth)
      let close = String(repeating: "], \"b\": 1}", count: depth)
      let bytes = Array("[\(open)7\(close), 2]".utf8)
      let document = try JSONLazyDocument(bytes.span)
      var elements = try document.root.elements()
      if let first = try elements.next() { try descend(first, depth) }
      #expect(try elements.next()?.int64() == 2)
      #expect(try elements.next() == nil)
    }
  }

  func descend(_ object: JSONCursor, _ depth: Int) throws {
    var members = try object.members()
    var list = try members.value("a").elements()
    #expect(try list.nextDouble() == 0)
    if let inner = try list.next() {
      if depth > 1 { try descend(inner, depth - 1) }
      #expect(depth > 1 || inner.kind == .number)
    }
    #expect(try list.next() == nil)
    #expect(try members.value("b").int64() == 1)
  }

  @Test("has texts and keys of any length at any place", arguments: 0..<4)
  func lengths(_ kind: Int) throws {
    let piece = ["x", "\\n", "\u{E9}", "\\\""][kind]
    let read = ["x", "\n", "\u{E9}", "\""][kind]
    for instructions in JSONInstructions.available {
      for count in 0..<150 {
        let space = String(repeating: " ", count: count * 7 % 65)
        let text = String(repeating: piece, count: count)
        let value = String(repeating: read, count: count)
        let bytes = Array("{\(space)\"k\(text)\"\(space):\"\(text)\" ,\"z\(text)\":1}".utf8)
        let document = try JSONLazyDocument(bytes.span, instructions: instructions)
        #expect(try document.root.value("k" + value).string() == value)
        #expect(try document.root.value("z" + value).int64() == 1)
        var members = try document.root.members()
        #expect(try members.find("k" + value + "x") == nil)
        #expect(try members.value("z" + value).int64() == 1)
        #expect(try members.value("k" + value).rawText.count == text.utf8.count)
      }
    }
  }

  @Test("has keys that are empty, and finds them")
  func emptyKeys() throws {
    let bytes = Array("{\"a\":1,\"\":2}".utf8)
    let document = try JSONLazyDocument(bytes.span)
    let none = ""
    #expect(try document.root.value("").int64() == 2)
    #expect(try document.root.value(none).int64() == 2)
  }

  @Test("gives numbers one after the other, and says where there is none")
  func numbers() throws {
    let bytes = Array("[1, -2.5e3,0.125 ,-0, 18446744073709551616,\n1e400, 3]".utf8)
    let document = try JSONLazyDocument(bytes.span)
    var numbers = try document.root.elements()
    for expected in [1, -2500, 0.125, -0.0, 18446744073709551616] {
      let number = try #require(try numbers.nextDouble())
      #expect(number == expected && number.sign == expected.sign)
    }
    do throws(JSONError) {
      _ = try numbers.nextDouble()
      Issue.record("the number fits")
    } catch {
      #expect(error.code == .outOfRange)
    }
    #expect(try numbers.nextDouble() == 3)
    #expect(try numbers.nextDouble() == nil)
    #expect(try numbers.nextDouble() == nil)
  }

  @Test("gives numbers whatever is read in between, and however they are separated")
  func rowsOfNumbers() throws {
    var generator = SplitMix(seed: PythonOracle.seed)
    for instructions in JSONInstructions.available {
      for _ in 0..<100 {
        let values = (0..<12).map { _ in
          [Double(generator.next() % 1000), Double(generator.next() >> 40) / 1024, -0.5][
            Int(generator.next() % 3)
          ]
        }
        let marks = [",", " ,", ", ", "\n,\n"]
        let rows = (0..<4).map { row in
          let mark = marks[Int(generator.next() % 4)]
          let texts = values[(row * 3)..<(row * 3 + 3)].map { "\($0)" }
          return "[\(texts.joined(separator: mark))]"
        }
        let bytes = Array("{\"a\":[\(rows.joined(separator: ","))],\"b\":[7,\"x\",[8,9],10]}".utf8)
        let document = try JSONLazyDocument(bytes.span, instructions: instructions)
        var list = try document.root.value("a").elements()
        var read: [Double] = []
        while let row = try list.next() {
          var numbers = try row.elements()
          for _ in 0..<3 {
            let takesCursor = generator.next() % 4 == 0
            let number = try takesCursor ? numbers.next()?.double() : numbers.nextDouble()
            read.append(try #require(number))
            if generator.next() % 4 == 0 {
              #expect(try document.root.value(at: "/b/2/1").double() == 9)
            }
          }
          if generator.next() % 2 == 0 { #expect(try numbers.nextDouble() == nil) }
        }
        #expect(read == values)
      }
    }
  }

  @Test(
    "is read the same with all instructions, right or wrong",
    .enabled(if: Suites.folder("json/parsing") != nil, "\(Suites.hint)")
  )
  func mutations() throws {
    var generator = SplitMix(seed: PythonOracle.seed)
    print("mutations: seed \(PythonOracle.seed)")
    let documents = try files("json/parsing").map(\.1).filter { $0.count < 2000 }
    let marks = Array("[]{}:,\"\\ \n0-1.e5tfn\u{E9}\u{1}ua".utf8)
    for round in 0..<4000 {
      var bytes = documents[Int(generator.next() % UInt64(documents.count))]
      let filler = [UInt8](repeating: 0x20, count: Int(generator.next() % 70))
      bytes.insert(contentsOf: filler, at: 0)
      for _ in 0..<Int(generator.next() % 3) {
        let place = Int(generator.next() % UInt64(bytes.count + 1))
        bytes.insert(marks[Int(generator.next() % UInt64(marks.count))], at: place)
      }
      let isRight = JSONParser().firstError(in: bytes.span) == nil
      let seed = generator.next()
      let answers = JSONInstructions.available.map { transcript(bytes, $0, seed) }
      for answer in answers {
        #expect(answer == answers[0], "seed \(PythonOracle.seed), round \(round): \(bytes)")
      }
      let fails = answers[0].contains { $0.contains("error") && !$0.contains("outOfRange") }
      #expect(!isRight || !fails, "seed \(PythonOracle.seed), round \(round): \(bytes)")
    }
  }

  /// What is found in a document, with parts of it passed.
  func transcript(_ bytes: [UInt8], _ instructions: JSONInstructions, _ seed: UInt64) -> [String] {
    var lines: [String] = []
    var generator = SplitMix(seed: seed)
    do throws(JSONError) {
      let document = try JSONLazyDocument(bytes.span, instructions: instructions)
      // What was wrong before does not harm what is read after it.
      for _ in 0..<3 { again(document.root, &lines, &generator) }
    } catch {
      lines.append("error \(error.code) \(error)")
    }
    return lines
  }

  func again(_ root: JSONCursor, _ lines: inout [String], _ generator: inout SplitMix) {
    do throws(JSONError) {
      try describe(root, &lines, &generator, depth: 0)
    } catch {
      lines.append("error \(error.code) \(error)")
    }
    for pointer in ["/a", "/0", "/1/a", "/a/0/b"] {
      do throws(JSONError) {
        lines.append("\(try root.value(at: pointer).source.count)")
      } catch {
        if error.code != .notFound { lines.append("fault \(error)") }
      }
    }
  }

  func describe(
    _ cursor: JSONCursor,
    _ lines: inout [String],
    _ generator: inout SplitMix,
    depth: Int
  ) throws(JSONError) {
    lines.append("\(cursor.offset)")
    if generator.next() % 8 == 0 || depth == 50 { return }
    switch cursor.kind {
    case .array:
      var elements = try cursor.elements()
      while let element = try elements.next() {
        try describe(element, &lines, &generator, depth: depth + 1)
      }
    case .object:
      var members = try cursor.members()
      while let member = try members.next() {
        lines.append(try member.key.string())
        try describe(member.value, &lines, &generator, depth: depth + 1)
      }
    case .text: lines.append(try cursor.string())
    case .number: lines.append("\(try cursor.double())")
    case .boolean: lines.append("\(try cursor.boolean())")
    case .null: try cursor.null()
    case nil: lines.append("\(try cursor.source.count)")
    }
  }
}
