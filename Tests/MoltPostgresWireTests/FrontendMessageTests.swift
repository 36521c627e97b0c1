import MoltBytes
import MoltPostgresWire
import Testing

@Suite("Messages to a server")
struct FrontendMessageTests {
  static func written(_ write: (inout ByteWriter) -> Void) -> [UInt8] {
    var writer = ByteWriter(capacity: 16)
    write(&writer)
    return writer.span.withUnsafeBufferPointer { Array($0) }
  }

  @Test("messages without parameters have their exact bytes")
  func simple() {
    #expect(Self.written { $0.appendPostgresSync() } == Server.message("S"))
    #expect(Self.written { $0.appendPostgresFlush() } == Server.message("H"))
    #expect(Self.written { $0.appendPostgresTerminate() } == Server.message("X"))
    #expect(Self.written { $0.appendPostgresCopyDone() } == Server.message("c"))
    #expect(Self.written { $0.appendPostgresSSLRequest() } == LoginTests.request)
  }

  @Test("names and texts end in a zero byte")
  func texts() {
    let name = Array("s".utf8)
    let sql = Array("select $1".utf8)
    #expect(
      Self.written { $0.appendPostgresParse(name: name.span, sql: sql.span, parameterTypes: [23]) }
        == Server.message(
          "P",
          Server.text("s") + Server.text("select $1") + Server.int16(1) + Server.int32(23)
        )
    )
    #expect(
      Self.written { $0.appendPostgresQuery(sql.span) }
        == Server.message("Q", Server.text("select $1"))
    )
    #expect(
      Self.written { $0.appendPostgresExecute(portal: name.span, rowLimit: 7) }
        == Server.message("E", Server.text("s") + Server.int32(7))
    )
    #expect(
      Self.written { $0.appendPostgresDescribe(statement: name.span) }
        == Server.message("D", Array("Ss\0".utf8))
    )
    #expect(
      Self.written { $0.appendPostgresDescribe(portal: name.span) }
        == Server.message("D", Array("Ps\0".utf8))
    )
    #expect(
      Self.written { $0.appendPostgresClose(statement: name.span) }
        == Server.message("C", Array("Ss\0".utf8))
    )
    #expect(
      Self.written { $0.appendPostgresClose(portal: Span()) }
        == Server.message("C", Array("P\0".utf8))
    )
    #expect(
      Self.written { writer in writer.appendPostgresMessage(0x64) { $0.append("ab") } }
        == Server.copyData("ab")
    )
  }

  @Test(
    "parameters of one format say it once",
    arguments: [([], [0, 0]), ([1], [0, 1]), ([1, 1], [0, 1]), ([0, 0, 0], [0, 0])]
      as [([UInt8], [UInt8])]
  )
  func uniformFormats(formats: [UInt8], code: [UInt8]) {
    var parameters = BindParameters()
    for format in formats {
      parameters.append(type: 0, format: format == 0 ? .text : .binary) { $0.append(0x31) }
    }
    var writer = ByteWriter(capacity: 1)
    writer.appendPostgresBind(portal: Span(), statement: Span(), parameters)
    let written = writer.span.withUnsafeBufferPointer { Array($0) }
    // Type, length and two empty names stand before.
    #expect(Array(written[7..<11]) == [0, 1] + code)
  }

  @Test("parameters become formats, lengths and bytes")
  func bind() {
    var parameters = BindParameters(capacity: 1)
    for _ in 0..<2 {
      parameters.removeAll()
      parameters.append(text: "é")
      parameters.appendNull(type: 25)
      parameters.appendBinary(type: 23) { $0.appendBigEndian(258 as UInt32) }
      parameters.append(text: Span(), type: 1043)
    }
    let types = parameters.types
    #expect(types == [0, 25, 23, 1043])
    let head =
      Server.text("p") + Server.text("s") + Server.int16(4) + Server.int16(0) + Server.int16(0)
      + Server.int16(1) + Server.int16(0)
    let values =
      Server.int16(4) + Server.int32(2) + [0xC3, 0xA9] + Server.int32(-1) + Server.int32(4)
      + [0, 0, 1, 2] + Server.int32(0)
    let formats: [(PostgresResultFormats, [UInt8])] = [
      (.binary, [0, 1, 0, 1]), (.text, [0, 1, 0, 0]), (.columns([]), [0, 0]),
      (.columns([.text, .binary]), [0, 2, 0, 0, 0, 1]),
    ]
    for (format, bytes) in formats {
      var writer = ByteWriter(capacity: 1)
      let portal = Array("p".utf8)
      let statement = Array("s".utf8)
      writer.appendPostgresBind(
        portal: portal.span,
        statement: statement.span,
        parameters,
        format
      )
      let written = writer.span.withUnsafeBufferPointer { Array($0) }
      #expect(written == Server.message("B", head + values + bytes))
    }
  }
}
