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
}
