public import MoltBytes

extension ByteWriter {
  /// Appends `StartupMessage` of protocol 3.0.
  ///
  /// - Parameter parameters: The settings of the session, `user` among them.
  /// - Precondition: Neither names nor values contain a zero byte.
  public mutating func appendPostgresStartup(_ parameters: [ParameterStatus]) {
    let start = count
    appendBigEndian(0 as UInt32)
    appendBigEndian(196_608 as UInt32)
    for parameter in parameters {
      appendTerminated(parameter.name)
      appendTerminated(parameter.value)
    }
    append(0)
    overwrite(UInt32(count - start), at: start)
  }
}
