/// The operations of the worker, in the order of `docs/formats/envelope.md`.
///
/// A new operation is one line here, one message file beside this one and one case in ``Request``.
package enum Operation: String, CaseIterable, Sendable {
  case hello
  case prepare
  case run
  case release
  case share
  case cancel
  case health
  case metrics
}
