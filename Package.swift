// swift-tools-version: 6.3
import PackageDescription

// Every module by layer, lowest first. A module may use modules of its own layer or below, and
// `Tests/TidyTests` holds this table against the imports.
//
// Targets of C: `CMolt` is the public header molt.h, `CSQLite` the system sqlite3 and
// `CMoltIntrinsics` the vector instructions that Swift cannot name.

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
  + module("MoltScalars", uses: ["MoltBytes"])

let formats: [Target] =
  module("MoltMessagePack", uses: ["MoltBytes"])
  + module(
    "MoltJSON",
    uses: ["CMoltIntrinsics", "MoltBytes", "MoltMessagePack", "MoltScalars"]
  )

let engines: [Target] =
  module(
    "MoltRows",
    uses: ["MoltBytes", "MoltScalars", "MoltMessagePack", "MoltJSON"]
  )
  + module("MoltWorkerWire", uses: ["MoltErrors", "MoltBytes", "MoltMessagePack"])

let shells: [Target] =
  module("MoltSQLite", uses: ["MoltErrors", "MoltBytes", "MoltRows", "CSQLite"])

let edges: [Target] =
  module(
    "MoltCABI",
    uses: [
      "CMolt", "CSQLite", "MoltErrors", "MoltBytes", "MoltMessagePack", "MoltRows", "MoltSQLite",
    ]
  )

let foreign: [Target] = [
  .target(name: "CMolt"),
  .target(name: "CMoltIntrinsics"),
  .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
]

let package = Package(
  name: "molt",
  products: [
    .library(name: "MoltBytes", targets: ["MoltBytes"]),
    .library(name: "MoltScalars", targets: ["MoltScalars"]),
    .library(name: "MoltMessagePack", targets: ["MoltMessagePack"]),
    .library(name: "MoltJSON", targets: ["MoltJSON"]),
    .library(name: "MoltRows", targets: ["MoltRows"]),
    .library(name: "MoltSQLite", targets: ["MoltSQLite"]),
    .library(name: "MoltCABI", type: .static, targets: ["MoltCABI"]),
  ],
  targets: ground + formats + engines + shells + edges + foreign + [
    .target(name: "MoltTestKit", path: "Tests/MoltTestKit", swiftSettings: shared),
    .testTarget(name: "TidyTests", swiftSettings: shared),
  ]
)
