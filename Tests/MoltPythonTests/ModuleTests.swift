import CMoltIntrinsics
import MoltPython
import Testing

@Suite struct ModuleTests {
  @Test func outsidePythonThereIsNoModule() {
    #expect(makePythonModule() == 0)
  }
}

@Suite struct UnescapedTextTests {
  /// Where the first byte stands that JSON escapes.
  private func firstSpecial(_ bytes: [UInt8]) -> Int {
    bytes.firstIndex { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C } ?? bytes.count
  }

  private func check(_ bytes: [UInt8]) {
    var output = [UInt8](repeating: 0xAA, count: bytes.count + 33)
    let count = molt_copy_unescaped(bytes, bytes.count, &output)
    #expect(count == firstSpecial(bytes), "\(bytes)")
    #expect(output.prefix(count) == bytes.prefix(count), "\(bytes)")
    #expect(output.last == 0xAA, "written past the scratch")
  }

  @Test func everyByteAtEveryPlaceIsFoundOrCopied() {
    for count in 0...70 {
      for place in 0..<count {
        for byte: UInt8 in [0, 0x1F, 0x20, 0x21, 0x22, 0x23, 0x5B, 0x5C, 0x5D, 0x7F, 0x80, 0xFF] {
          var bytes = [UInt8](repeating: 0x61, count: count)
          bytes[place] = byte
          check(bytes)
        }
      }
    }
  }

  @Test func theFirstOfSeveralSpecialBytesCounts() {
    for count in 2...70 {
      var bytes = [UInt8](repeating: 0xC3, count: count)
      bytes[count - 1] = 0x22
      bytes[count / 2] = 0x0A
      check(bytes)
    }
  }

  /// A text with the escapes of RFC 8259, section 7, as Python's json writes them.
  private func escaped(_ bytes: [UInt8]) -> [UInt8] {
    let letters: [UInt8: Character] = [
      0x08: "b", 0x09: "t", 0x0A: "n", 0x0C: "f", 0x0D: "r", 0x22: "\"", 0x5C: "\\",
    ]
    return bytes.flatMap { byte -> [UInt8] in
      if let letter = letters[byte] { return Array("\\\(letter)".utf8) }
      guard byte < 0x20 else { return [byte] }
      let digits = String(byte, radix: 16)
      return Array("\\u00\(byte < 0x10 ? "0" : "")\(digits)".utf8)
    }
  }

  @Test func everyByteIsEscapedAtEveryPlace() {
    var generator = SystemRandomNumberGenerator()
    for count in 0...200 {
      for special in [0, 3, 20, 256] {
        let bytes = (0..<count).map { _ in
          UInt8.random(in: 0..<100, using: &generator) < special
            ? [0x22, 0x5C, UInt8.random(in: 0..<0x20)].randomElement() ?? 0
            : UInt8.random(in: 0...255)
        }
        let expected = escaped(bytes)
        let room = bytes.count * 6 + 32
        var output = [UInt8](repeating: 0xAA, count: room + 1)
        let written = molt_copy_escaping(bytes, bytes.count, &output)
        #expect(Array(output.prefix(written)) == expected, "\(bytes)")
        #expect(output.last == 0xAA, "written past the room")
      }
    }
  }
}
