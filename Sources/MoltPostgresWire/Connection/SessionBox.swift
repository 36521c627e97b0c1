/// A session at one place in memory, so that a machine's states pass it on without moving it.
///
/// A session takes several hundred bytes, and every event would move them out of a state and back.
@safe struct SessionBox: ~Copyable {
  private let place: UnsafeMutablePointer<Session>

  init(_ session: consuming Session) {
    unsafe place = .allocate(capacity: 1)
    unsafe place.initialize(to: session)
  }

  deinit {
    unsafe place.deinitialize(count: 1)
    unsafe place.deallocate()
  }

  /// The session.
  var session: Session {
    // Safety: the place is initialised as long as `self` lives, and nobody else knows it.
    _read { yield unsafe place.pointee }
    _modify { yield unsafe &place.pointee }
  }
}
