/// The layers of the project and the modules on each, lowest first.
///
/// A module may import modules of its own layer or below. A new module gets its line here.
enum Layers {
  static let modules: [[String]] = [
    ["MoltErrors", "MoltBytes", "MoltDigests", "MoltScalars"],
    ["MoltTape", "MoltMessagePack", "MoltCBOR", "MoltJSON", "MoltColumns"],
    ["MoltRows", "MoltWorkerWire", "MoltPostgresWire", "MoltPool", "MoltAuth"],
    [
      "MoltWaiting", "MoltSQLite", "MoltPostgresSocket", "MoltWorkerClient", "MoltWorker",
      "MoltPostgres",
    ],
    ["MoltPython", "MoltCABI", "molt"],
  ]

  /// Targets of C, which any module may import from the layer on that wraps them.
  static let foreign: [String: Int] = [
    "CMoltArrow": 1, "CMoltAuth": 2, "CMoltCrypto": 2, "CMoltDigests": 0, "CMoltIntrinsics": 0,
    "CSQLite": 3, "CMolt": 4, "CMoltPlatform": 3, "CMoltPython": 4, "CZlib": 2,
  ]

  /// What the standard library and the system offer, by the lowest layer that may use it.
  static let system: [String: Int] = [
    "Glibc": 0, "Musl": 0, "Darwin": 0, "Synchronization": 1, "Dispatch": 3,
  ]

  /// Packages from elsewhere: the shells and the edges only.
  static let packages: Set<String> = [
    "ArgumentParser", "Logging", "NIOCore", "NIOPosix", "NIOConcurrencyHelpers",
    "NIOSSL", "NIOTLS", "CoreMetrics", "ServiceLifecycle", "UnixSignals",
  ]

  static func layer(of module: String) -> Int? {
    modules.firstIndex { $0.contains(module) }
  }
}
