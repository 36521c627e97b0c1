import MoltPostgresWire

/// A server's messages, built by hand.
enum Server {
  static func message(_ type: Character, _ body: [UInt8] = []) -> [UInt8] {
    [type.asciiValue ?? 0] + int32(4 + body.count) + body
  }

  static func int32(_ value: Int) -> [UInt8] {
    let bits = UInt32(truncatingIfNeeded: value)
    return (0..<4).map { UInt8(truncatingIfNeeded: bits >> (24 - 8 * UInt32($0))) }
  }

  static func int16(_ value: Int) -> [UInt8] {
    [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)]
  }

  static func text(_ text: String) -> [UInt8] { Array(text.utf8) + [0] }

  static func authentication(_ code: Int, _ rest: [UInt8] = []) -> [UInt8] {
    message("R", int32(code) + rest)
  }

  static let welcome = authentication(0)
  static let keyData = message("K", int32(4711) + [1, 2, 3, 4])
  static let parseComplete = message("1")
  static let bindComplete = message("2")
  static let closeComplete = message("3")
  static let noData = message("n")
  static let suspended = message("s")
  static let empty = message("I")
  static let copyDone = message("c")

  static func parameter(_ name: String, _ value: String) -> [UInt8] {
    message("S", text(name) + text(value))
  }

  static func ready(_ status: Character = "I") -> [UInt8] {
    message("Z", [status.asciiValue ?? 0])
  }

  static func parameters(_ types: [Int]) -> [UInt8] {
    message("t", int16(types.count) + types.flatMap { int32($0) })
  }

  static func columns(_ columns: [(String, Int)], format: Int = 0) -> [UInt8] {
    var fields: [UInt8] = []
    for (name, type) in columns {
      fields += text(name)
      fields += int32(0) + int16(0) + int32(type)
      fields += int16(4) + int32(-1) + int16(format)
    }
    return message("T", int16(columns.count) + fields)
  }

  static func row(_ values: [String?]) -> [UInt8] {
    let fields = values.flatMap { value in
      value.map { int32($0.utf8.count) + Array($0.utf8) } ?? int32(-1)
    }
    return message("D", int16(values.count) + fields)
  }

  static func complete(_ tag: String) -> [UInt8] { message("C", text(tag)) }

  static func fields(_ fields: [(Character, String)]) -> [UInt8] {
    fields.flatMap { [$0.0.asciiValue ?? 0] + text($0.1) } + [0]
  }

  static func error(
    _ sqlState: String,
    _ message: String = "no",
    severity: String = "ERROR",
    routine: String? = nil
  ) -> [UInt8] {
    var all: [(Character, String)] = [
      ("S", severity), ("V", severity), ("C", sqlState), ("M", message),
    ]
    if let routine { all.append(("R", routine)) }
    return Server.message("E", fields(all))
  }

  static func notice(_ text: String) -> [UInt8] {
    message("N", fields([("S", "NOTICE"), ("V", "NOTICE"), ("C", "00000"), ("M", text)]))
  }

  static func notification(_ channel: String, _ payload: String) -> [UInt8] {
    message("A", int32(9) + text(channel) + text(payload))
  }

  static func copy(_ type: Character, format: Int, columns: Int) -> [UInt8] {
    message(type, [UInt8(format)] + int16(columns) + (0..<columns).flatMap { _ in int16(format) })
  }

  static func copyData(_ text: String) -> [UInt8] { message("d", Array(text.utf8)) }

  /// What a server answers to a statement's first execution, up to `BindComplete`.
  static func described(_ columns: [(String, Int)], parameters: [Int] = []) -> [UInt8] {
    parseComplete + Server.parameters(parameters)
      + (columns.isEmpty ? noData : Server.columns(columns)) + bindComplete
  }

  static let login = welcome + parameter("server_version", "15.18") + keyData + ready()
}
