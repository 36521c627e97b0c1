internal import CMolt
internal import MoltPython

/// Implements `molt_python_module`, documented in molt.h.
@c @implementation
public func molt_python_module() -> UnsafeMutableRawPointer! {
  unsafe UnsafeMutableRawPointer(bitPattern: makePythonModule())
}
