// swift-tools-version: 6.3
import PackageDescription

// A package of its own, because everything in it is built with libFuzzer and AddressSanitizer:
//
//     swift build -c release --package-path Fuzz --sanitize fuzzer --sanitize address
//     mkdir -p Fuzz/.build/corpus/json
//     Fuzz/.build/release/FuzzJSON -max_total_time=60 Fuzz/.build/corpus/json \
//       "$MOLT_SUITES/json/parsing"
//
// New inputs go to the first folder; the others only give a start.

func fuzzer(_ name: String, uses modules: [String]) -> Target {
  .executableTarget(
    name: name,
    dependencies: modules.map { .product(name: $0, package: "molt") },
    path: name,
    swiftSettings: [.swiftLanguageMode(.v6), .unsafeFlags(["-parse-as-library"])]
  )
}

let package = Package(
  name: "molt-fuzz",
  dependencies: [.package(name: "molt", path: "..")],
  targets: [
    fuzzer("FuzzJSON", uses: ["MoltBytes", "MoltJSON"])
  ]
)
