import MoltErrors
import Testing

@Suite("ErrorCode")
struct ErrorCodeTests {
  @Test("keeps the numbers of docs/formats/errors.md")
  func numbers() {
    let names = ErrorCode.allCases.sorted { $0.rawValue < $1.rawValue }.map(\.name)
    #expect(
      names == [
        "ok", "invalid_input", "busy", "unavailable", "timeout", "cancelled", "internal",
        "unsupported", "too_large", "forbidden",
      ]
    )
    #expect(ErrorCode.allCases.map(\.rawValue).sorted() == Array(0...9))
  }
}
