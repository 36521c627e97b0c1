import Foundation
import Testing

@Suite("The layers")
struct LayerTests {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The Swift files below a folder of the repository.
  static func swiftFiles(_ folder: String) -> [URL] {
    let found = FileManager.default.enumerator(
      at: root.appendingPathComponent(folder),
      includingPropertiesForKeys: nil
    )
    return (found?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
  }

  /// The modules that a file imports.
  static func imports(of file: URL) throws -> [String] {
    try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      guard let index = words.firstIndex(of: "import"), index + 1 < words.count,
        words[..<index].allSatisfy({ $0.first == "@" || modifiers.contains(String($0)) })
      else { return nil }
      return String(words[index + 1].prefix { $0 != "." })
    }
  }

  private static let modifiers: Set<String> = ["public", "package", "internal", "private"]

  @Test("every module stands in the table")
  func everyModule() throws {
    let folders = try FileManager.default.contentsOfDirectory(
      atPath: Self.root.appendingPathComponent("Sources").path
    )
    let unknown = folders.filter {
      Layers.layer(of: $0) == nil && Layers.foreign[$0] == nil
    }
    #expect(unknown.isEmpty)
  }

  @Test("no module imports upwards", arguments: Layers.modules.joined())
  func downwards(module: String) throws {
    let layer = try #require(Layers.layer(of: module))
    for file in Self.swiftFiles("Sources/\(module)") {
      for imported in try Self.imports(of: file) where imported != module {
        let lowest =
          Layers.layer(of: imported) ?? Layers.foreign[imported] ?? Layers.system[imported]
          ?? (Layers.packages.contains(imported) ? 3 : nil)
        let place = "\(file.lastPathComponent) imports \(imported)"
        #expect(lowest != nil, "\(place), which no table names")
        #expect(lowest ?? 0 <= layer, "\(place), which stands above \(module)")
      }
    }
  }

  @Test("tests use public and package interfaces only")
  func noTestable() throws {
    let offenders = try Self.swiftFiles("Tests").filter {
      // Spelled in two halves, so that this file is none of them.
      try String(contentsOf: $0, encoding: .utf8).contains("@test" + "able")
    }
    #expect(offenders.isEmpty)
  }
}
