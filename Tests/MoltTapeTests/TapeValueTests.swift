import MoltTape
import Testing

@Suite("A value of a tape")
struct TapeValueTests {
  @Test("is found by its key, the last of several")
  func keys() {
    SampleTape().withDocument { document in
      let root = document.root
      #expect(kind(root) == .map)
      #expect(kind(root["a"]) == .null)
      #expect(kind(root["list"]) == .array)
      #expect(kind(root["lis"]) == nil)
      #expect(kind(root["missing"]) == nil)
      #expect(kind(root["list"]?["a"]) == nil)
      #expect(kind(root[0]) == nil)
      #expect(kind(root[""]) == .tag)
    }
  }

  @Test("is found by its index, behind values of any size")
  func indexes() {
    SampleTape().withDocument { document in
      var kinds: [TapeValue.Kind?] = []
      for index in 0..<8 { kinds.append(kind(document.root["list"]?[index])) }
      #expect(kinds == [.integer, .integer, .integer, .float, .text, .array, .number, nil])
    }
  }

  @Test("comes in order when a map is walked, keys of any kind among them")
  func pairs() throws {
    try SampleTape().withDocument { document in
      let map = try document.root.map()
      let (count, isEmpty) = (map.count, map.isEmpty)
      #expect(count == 6 && !isEmpty)
      var pairs = map.makeIterator()
      var kinds: [[TapeValue.Kind]] = []
      while let pair = pairs.next() { kinds.append([pair.key.kind, pair.value.kind]) }
      let expected: [[TapeValue.Kind]] = [
        [.text, .array], [.text, .boolean], [.text, .null], [.integer, .binary], [.text, .tag],
        [.simple, .extension],
      ]
      #expect(kinds == expected)
    }
  }

  func kind(_ value: TapeValue?) -> TapeValue.Kind? { value?.kind }

  func list() throws -> [Conversions] {
    SampleTape().withDocument { document in
      var list: [Conversions] = []
      for index in 0..<7 {
        if let value = Conversions(document.root["list"]?[index]) { list.append(value) }
      }
      return list
    }
  }

  @Test("gives integers of every width, and says when they do not fit")
  func integers() throws {
    let list = try list()
    let first = list[0].index
    #expect(list[0].int64 == .success(1) && list[0].uint64 == .success(1))
    #expect(list[0].int8 == .success(1) && list[0].uint32 == .success(1))
    #expect(list[1].int64 == .success(-5) && list[1].int8 == .success(-5))
    #expect(list[2].uint64 == .success(.max))
    let negative = TapeError(.outOfRange, expected: .integer, found: .integer, index: first + 1)
    #expect(list[1].uint64 == .failure(negative) && list[1].uint32 == .failure(negative))
    let large = TapeError(.outOfRange, expected: .integer, found: .integer, index: first + 3)
    #expect(list[2].int64 == .failure(large) && list[2].uint32 == .failure(large))
    let float = TapeError(.mismatch, expected: .integer, found: .float, index: first + 5)
    #expect(list[3].int64 == .failure(float) && list[3].uint64 == .failure(float))
    let beyond = TapeError(.outOfRange, expected: .integer, found: .number, index: list[6].index)
    #expect(list[6].int64 == .failure(beyond) && list[6].uint64 == .failure(beyond))
  }

  @Test("gives floats, of integers too, and what JSON wrote for them")
  func floats() throws {
    let list = try list()
    #expect(list.prefix(4).map { try? $0.double.get() } == [1, -5, 0x1p64, 2.5])
    let texts = list.map { try? $0.number.get() }
    let large = "18446744073709551615"
    #expect(texts == ["1", "-5", large, "2.5", nil, nil, large])
    let beyond = TapeError(.outOfRange, expected: .float, found: .number, index: list[6].index)
    #expect(list[6].double == .failure(beyond))
  }

  @Test("gives texts from the input and from the arena")
  func texts() throws {
    #expect(try list()[4].string == .success("é"))
    try SampleTape().withDocument { document in
      var pairs = try document.root.map().makeIterator()
      let key = pairs.next()?.key
      #expect(Conversions(key)?.string == .success("list"))
      let error = TapeError(.mismatch, expected: .text, found: .map, index: 0)
      #expect(Conversions(document.root)?.string == .failure(error))
    }
  }

  @Test("gives binaries, tags, extensions and simple values")
  func others() throws {
    try SampleTape().withDocument { document in
      var pairs = try document.root.map().makeIterator()
      while let pair = pairs.next() {
        guard let value = Conversions(pair.value) else { continue }
        switch value.kind {
        case .binary: #expect(value.binaryCount == .success(6))
        case .tag:
          #expect(value.tag == 1)
          #expect(Conversions(pair.value.untagged)?.tag == 1 << 62)
          #expect(Conversions(pair.value.untagged.untagged)?.int64 == .success(1))
          #expect(throws: TapeError.self) { try value.int64.get() }
        case .extension:
          #expect(value.extensionType == -1 && value.extensionCount == .success(2))
          #expect(Conversions(pair.key)?.simple == 23)
        default:
          #expect(value.tag == nil && value.extensionType == nil && value.simple == nil)
          #expect(throws: TapeError.self) { try value.binaryCount.get() }
          #expect(throws: TapeError.self) { try value.extensionCount.get() }
          #expect((try? value.boolean.get()) == (value.kind == .boolean ? true : nil))
        }
      }
    }
  }

  @Test("says in a sentence what it is not")
  func sentences() {
    let error = TapeError(.mismatch, expected: .integer, found: .text, index: 3)
    #expect("\(error)" == "expected an integer, found a text")
  }
}
