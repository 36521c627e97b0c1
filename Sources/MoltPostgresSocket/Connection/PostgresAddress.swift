internal import Glibc

/// Where a socket connects to, as the system wants it.
struct PostgresAddress {
  var family: Int32
  /// A `sockaddr` of the family.
  var bytes: [UInt8]

  var isUnix: Bool { family == AF_UNIX }

  /// The addresses of a server, in the order in which to try them.
  ///
  /// - Throws: ``PostgresError/cannotConnect(place:reason:)`` when there is none.
  static func addresses(of options: PostgresOptions) throws(PostgresError) -> [PostgresAddress] {
    guard !options.host.utf8.contains(0) else {
      throw .cannotConnect(place: "its host", reason: "the host's name holds a zero byte")
    }
    if options.host.hasPrefix("/") { return [try unix(options)] }
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let status = unsafe getaddrinfo(options.host, String(options.port), &hints, &list)
    guard status == 0 else {
      let reason = unsafe gai_strerror(status).map { unsafe String(cString: $0) }
      throw .cannotConnect(place: options.place, reason: reason ?? "its address is not known")
    }
    defer { unsafe freeaddrinfo(list) }
    var found: [PostgresAddress] = []
    var next = unsafe list
    while let entry = unsafe next?.pointee {
      if let address = unsafe entry.ai_addr {
        // Safety: the list says how long each of its addresses is.
        let bytes = unsafe UnsafeRawBufferPointer(start: address, count: Int(entry.ai_addrlen))
        found.append(PostgresAddress(family: unsafe entry.ai_family, bytes: unsafe Array(bytes)))
      }
      unsafe next = entry.ai_next
    }
    return found
  }

  private static func unix(_ options: PostgresOptions) throws(PostgresError) -> PostgresAddress {
    let path = Array(options.place.utf8)
    guard path.count < MemoryLayout.size(ofValue: sockaddr_un().sun_path) else {
      throw .cannotConnect(place: options.place, reason: "the path of its socket is too long")
    }
    var family = sa_family_t(AF_UNIX)
    let head = unsafe withUnsafeBytes(of: &family) { unsafe Array($0) }
    return PostgresAddress(family: AF_UNIX, bytes: head + path + [0])
  }
}
