internal import CMoltPython

/// Runs `body` while Python's garbage collector rests.
///
/// CPython looks for cycles whenever some hundred containers were made, over and over while a large
/// document is built, and there are none to be found: a new tree has no cycle. Nothing of Python
/// runs
/// meanwhile, so that nobody can tell.
@inline(__always)
func withoutCollecting<Result: ~Copyable>(
  _ rests: Bool,
  _ body: () throws(PythonRaised) -> Result
) throws(PythonRaised) -> Result {
  let wasOn = rests && PyGC_Disable() != 0
  defer { if wasOn { _ = PyGC_Enable() } }
  return try body()
}
