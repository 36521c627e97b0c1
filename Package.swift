// swift-tools-version: 6.3
import PackageDescription

// Every module by layer, lowest first. A module may use modules of its own layer or below, and
// `Tests/TidyTests` holds this table against the imports.
//
// Pure targets of C: `CMolt` is the public header molt.h, `CSQLite` the system's sqlite3.

let shared: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .enableExperimentalFeature("Lifetimes"),
]

/// A library module together with its tests.
func module(_ name: String, uses: [Target.Dependency] = []) -> [Target] {
  [
    .target(name: name, dependencies: uses, swiftSettings: shared + [.strictMemorySafety()]),
    .testTarget(
      name: name + "Tests",
      dependencies: [.init(stringLiteral: name), "MoltTestKit"] + uses,
      swiftSettings: shared
    ),
  ]
}

let ground: [Target] =
  module("MoltErrors")
  + module("MoltBytes")

let formats: [Target] =
  module("MoltMessagePack", uses: ["MoltBytes"])

let engines: [Target] =
  module("MoltWorkerWire", uses: ["MoltErrors", "MoltBytes", "MoltMessagePack"])

let package = Package(
  name: "molt",
  products: [
    .library(name: "MoltBytes", targets: ["MoltBytes"]),
  ],
  targets: ground + formats + engines + [
    .target(name: "MoltTestKit", path: "Tests/MoltTestKit", swiftSettings: shared)
  ]
)
