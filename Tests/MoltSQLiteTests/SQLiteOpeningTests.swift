import Foundation
import MoltErrors
import MoltSQLite
import Testing

@Suite("Opening a database")
struct SQLiteOpeningTests {
  @Test("a missing file is named in the error, and not created")
  func missing() {
    let path = "/nonexistent/molt.sqlite3"
    var caught: SQLiteError?
    do { _ = try SQLiteDatabase(SQLiteOptions(path: path)) } catch { caught = error }
    #expect(caught?.code == .unavailable)
    #expect(caught?.message.contains(path) == true)
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test("a file that is no database is refused")
  func noDatabase() throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("molt-\(UUID().uuidString)").path
    try Data(repeating: 0x41, count: 8_192).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    var caught: SQLiteError?
    do { _ = try SQLiteDatabase(SQLiteOptions(path: path)) } catch { caught = error }
    #expect(caught?.message.contains("not a database") == true)
  }
}
