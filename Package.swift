// swift-tools-version: 6.3
import PackageDescription

// Every module by layer, lowest first. A module may use modules of its own layer or below, and
// `Tests/TidyTests` holds this table against the imports.
//
// Targets of C: `CMolt` is the public headers, `CSQLite` the system sqlite3, `CMoltArrow` the
// structs of the Arrow C data interface, `CMoltPlatform` what Swift's view of the C library lacks,
// `CMoltIntrinsics` the vector instructions that Swift cannot name, `CMoltDigests` and `CMoltAuth`
// the inner loops of digests and of password hashes, `CZlib` the system's zlib, `CMoltCrypto` the
// system's libcrypto, loaded at run time, and `CMoltPython` the functions of CPython's stable ABI,
// looked up at run time.

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
  + module("MoltDigests", uses: ["CMoltDigests"])
  + module("MoltScalars", uses: ["CMoltIntrinsics", "MoltBytes"])

let formats: [Target] =
  module("MoltTape", uses: ["MoltBytes"])
  + module("MoltMessagePack", uses: ["CMoltIntrinsics", "MoltBytes", "MoltTape"])
  + module(
    "MoltCBOR",
    uses: ["CMoltIntrinsics", "MoltBytes", "MoltMessagePack", "MoltScalars", "MoltTape"]
  )
  + module(
    "MoltJSON",
    uses: ["CMoltIntrinsics", "MoltBytes", "MoltMessagePack", "MoltScalars", "MoltTape"]
  )
  + module("MoltColumns", uses: ["CMoltArrow", "MoltErrors"])

let engines: [Target] =
  module(
    "MoltRows",
    uses: ["MoltBytes", "MoltScalars", "MoltMessagePack", "MoltJSON"]
  )
  + module("MoltWorkerWire", uses: ["MoltErrors", "MoltBytes", "MoltMessagePack"])
  + module(
    "MoltPostgresWire",
    uses: [
      "MoltErrors", "MoltBytes", "MoltDigests", "MoltScalars", "MoltMessagePack", "MoltColumns",
      "MoltRows",
    ]
  )
  + module("MoltPool")
  + module(
    "MoltAuth",
    uses: [
      "CMoltAuth", "CMoltCrypto", "CMoltDigests", "CZlib", "MoltBytes", "MoltDigests", "MoltJSON",
      "MoltTape",
    ]
  )

let shells: [Target] =
  module("MoltWaiting", uses: ["CMoltPlatform"])
  + module(
    "MoltSQLite",
    uses: [
      "CMoltPlatform", "CSQLite", "MoltErrors", "MoltBytes", "MoltScalars", "MoltRows",
    ]
  )
  + module(
    "MoltWorkerClient",
    uses: [
      "CMoltPlatform", "MoltErrors", "MoltBytes", "MoltMessagePack", "MoltWorkerWire",
      "MoltWaiting",
    ]
  )
  + module(
    "MoltPostgresSocket",
    uses: [
      "CMoltPlatform", "MoltErrors", "MoltBytes", "MoltColumns", "MoltRows", "MoltPostgresWire",
    ]
  )
  + module(
    "MoltWorker",
    uses: [
      "CMoltPlatform", "MoltErrors", "MoltBytes", "MoltMessagePack", "MoltRows", "MoltSQLite",
      "MoltWorkerWire", "MoltPostgresWire", "MoltPool", "MoltPostgres", "MoltWaiting",
      .product(name: "NIOCore", package: "swift-nio"),
      .product(name: "NIOPosix", package: "swift-nio"),
      .product(name: "Logging", package: "swift-log"),
      .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
    ]
  )
  + module(
    "MoltPostgres",
    uses: [
      "MoltErrors", "MoltBytes", "MoltScalars", "MoltRows", "MoltPostgresWire", "MoltPool",
      "MoltWaiting",
      .product(name: "NIOCore", package: "swift-nio"),
      .product(name: "NIOPosix", package: "swift-nio"),
      .product(name: "NIOTLS", package: "swift-nio"),
      .product(name: "NIOSSL", package: "swift-nio-ssl"),
      .product(name: "Logging", package: "swift-log"),
      .product(name: "CoreMetrics", package: "swift-metrics"),
      .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
    ]
  )

let edges: [Target] =
  module(
    "MoltPython",
    uses: [
      "CMolt", "CMoltIntrinsics", "CMoltPlatform", "CMoltPython", "MoltBytes", "MoltScalars",
      "MoltTape", "MoltMessagePack", "MoltCBOR", "MoltJSON", "MoltAuth",
    ]
  )
  + module(
    "MoltCABI",
    uses: [
      "CMolt", "CMoltArrow", "CMoltPlatform", "CSQLite", "MoltErrors", "MoltBytes",
      "MoltTape", "MoltMessagePack", "MoltCBOR", "MoltJSON", "MoltColumns", "MoltRows",
      "MoltSQLite", "MoltPostgresSocket", "MoltPostgresWire", "MoltWorkerClient", "MoltAuth",
      "MoltDigests", "MoltPython",
    ]
  )

let programs: [Target] = [
  .executableTarget(
    name: "molt",
    dependencies: [
      "MoltErrors", "MoltMessagePack", "MoltPool", "MoltPostgres", "MoltPostgresWire",
      "MoltSQLite", "MoltWorkerWire", "MoltWorker",
      .product(name: "NIOCore", package: "swift-nio"),
      .product(name: "NIOPosix", package: "swift-nio"),
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
      .product(name: "Logging", package: "swift-log"),
      .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
      .product(name: "UnixSignals", package: "swift-service-lifecycle"),
    ],
    swiftSettings: shared + [.strictMemorySafety()]
  ),
  // The Swift side of bench/codecs.py; a program of its own, because it has Foundation in it.
  .executableTarget(
    name: "codecs-bench",
    dependencies: [
      "MoltErrors", "MoltBytes", "MoltTape", "MoltJSON", "MoltMessagePack", "MoltCBOR",
    ],
    path: "bench/codecs_swift",
    swiftSettings: shared
  ),
]

let foreign: [Target] = [
  .target(name: "CMolt"),
  .target(name: "CMoltArrow"),
  .target(name: "CMoltAuth", dependencies: ["CMoltDigests"]),
  .target(name: "CMoltCrypto"),
  .target(name: "CMoltDigests"),
  .target(name: "CMoltIntrinsics"),
  .target(name: "CMoltPlatform"),
  .target(name: "CMoltPython"),
  .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
  .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
]

/// A fuzz target: a library that `Scripts/fuzz.sh` links with libFuzzer's own main.
func fuzzer(_ name: String, uses: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: uses, path: "Fuzz/" + name, swiftSettings: shared)
}

let fuzzers: [Target] =
  Context.environment["MOLT_FUZZ"] == nil
  ? []
  : [
    fuzzer("FuzzJSON", uses: ["MoltBytes", "MoltJSON", "MoltTape"]),
    fuzzer("FuzzMessagePack", uses: ["MoltBytes", "MoltMessagePack", "MoltTape"]),
    fuzzer("FuzzCBOR", uses: ["MoltBytes", "MoltCBOR", "MoltTape"]),
    fuzzer(
      "FuzzWriting",
      uses: ["MoltBytes", "MoltCBOR", "MoltJSON", "MoltMessagePack", "MoltTape"]
    ),
    fuzzer("FuzzShape", uses: ["MoltBytes", "MoltMessagePack", "MoltRows"]),
    fuzzer(
      "FuzzFrames",
      uses: [
        "MoltBytes", "MoltErrors", "MoltMessagePack", "MoltWorkerClient", "MoltWorkerWire",
      ]
    ),
    fuzzer("FuzzPostgres", uses: ["MoltBytes", "MoltColumns", "MoltPostgresWire"]),
    fuzzer("FuzzTokens", uses: ["MoltAuth", "MoltDigests"]),
  ]

let package = Package(
  name: "molt",
  products: [
    .library(name: "MoltBytes", targets: ["MoltBytes"]),
    .library(name: "MoltScalars", targets: ["MoltScalars"]),
    .library(name: "MoltTape", targets: ["MoltTape"]),
    .library(name: "MoltMessagePack", targets: ["MoltMessagePack"]),
    .library(name: "MoltCBOR", targets: ["MoltCBOR"]),
    .library(name: "MoltJSON", targets: ["MoltJSON"]),
    .library(name: "MoltColumns", targets: ["MoltColumns"]),
    .library(name: "MoltDigests", targets: ["MoltDigests"]),
    .library(name: "MoltAuth", targets: ["MoltAuth"]),
    .library(name: "MoltRows", targets: ["MoltRows"]),
    .library(name: "MoltPostgresWire", targets: ["MoltPostgresWire"]),
    .library(name: "MoltSQLite", targets: ["MoltSQLite"]),
    .library(name: "MoltPostgresSocket", targets: ["MoltPostgresSocket"]),
    .library(name: "MoltPostgres", targets: ["MoltPostgres"]),
    .library(name: "MoltCABI", type: .static, targets: ["MoltCABI"]),
  ] + fuzzers.map { .library(name: $0.name, type: .static, targets: [$0.name]) },
  dependencies: [
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: ground + formats + engines + shells + edges + programs + foreign + fuzzers + [
    .target(
      name: "MoltTestKit",
      dependencies: ["MoltRows"],
      path: "Tests/MoltTestKit",
      swiftSettings: shared
    ),
    .testTarget(name: "TidyTests", swiftSettings: shared),
    .testTarget(
      name: "ExampleTests",
      dependencies: ["MoltBytes", "MoltTape", "MoltJSON", "MoltMessagePack", "MoltCBOR"],
      swiftSettings: shared
    ),
  ]
)
