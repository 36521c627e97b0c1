public import MoltBytes

// What is asked here is known while the connection is open.

extension PostgresConnectionMachine {
  /// Whether requests are taken.
  public var isOpen: Bool {
    switch state {
    case .open: true
    default: false
    }
  }

  /// Whether nothing is in flight and no batch is open, so that the connection can be lent to
  /// somebody else.
  public var isIdle: Bool { isOpen && look { $0.pending.isEmpty && $0.batchCount == 0 } == true }

  /// How many operations and synchronisations have no complete answer.
  public var pendingCount: Int { look { $0.pending.count } ?? 0 }

  /// Where the session stood at the last ``PostgresEvent/ready(_:)``; nil before the login is
  /// complete.
  public var transactionStatus: PostgresTransactionStatus? { look { $0.transaction } }

  /// What cancels the connection's queries; nil where the server gave nothing.
  ///
  /// A shell keeps it beyond the connection where it needs to.
  public var backendKey: BackendKeyData? { look { $0.key } ?? nil }

  /// How many statements are prepared.
  public var statementCount: Int { look { $0.cache.count } ?? 0 }

  /// The value of a setting that the server reports, such as `server_version`.
  ///
  /// - Complexity: O(1)
  public func parameter(_ name: String) -> String? { look { $0.parameters[name] } ?? nil }

  /// Appends the one message of a connection that cancels what this one runs.
  ///
  /// Send it over a new connection to the same server, encrypted like this one, and close that. It
  /// may come too early or too late, and then does nothing or hits the next query.
  ///
  /// - Returns: False, and nothing is appended, when the server gave no key.
  public func appendCancelRequest(to output: inout ByteWriter) -> Bool {
    guard let key = backendKey else { return false }
    output.appendPostgresCancelRequest(key)
    return true
  }
}
