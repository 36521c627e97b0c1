import MoltBytes
import MoltScalars
import Testing

@Suite("ByteWriter.appendDecimal")
struct DecimalTests {
  @Test(
    "writes integers as Swift does, at every length",
    arguments: (0..<20).flatMap { count in
      let power = (0..<count).reduce(1 as UInt64) { power, _ in power &* 10 }
      return [power - 1, power, power + 1, power &* 9, power &* 12_345_678_987]
    } + [.max, .max - 1]
  )
  func unsigned(value: UInt64) {
    #expect(written { $0.appendDecimal(value) } == String(value))
  }

  @Test(
    "writes the sign of negative integers",
    arguments: [0, -1, 1, -10, -99_999_999, -100_000_000, .min, .min + 1, .max] as [Int64]
  )
  func signed(value: Int64) {
    #expect(written { $0.appendDecimal(value) } == String(value))
  }
}
