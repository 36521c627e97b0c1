/// How much a peer may ask the frame decoder to hold.
package struct FrameLimits: Equatable, Sendable {
  /// The largest accepted frame, without the four bytes of its length.
  ///
  /// Default: 16,777,216 (16 MiB).
  package var frameByteCount = 16 * 1024 * 1024

  /// Creates the default limits.
  package init() {}
}
