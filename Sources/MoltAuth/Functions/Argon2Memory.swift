internal import CMoltAuth
internal import MoltDigests

/// The matrix of blocks that Argon2 fills: a row per lane, cut into four slices.
///
/// Source: RFC 9106, sections 3.2 and 3.4.
@safe struct Argon2Memory: ~Copyable {
  /// The size of a block in words.
  private static let blockWords = 128

  private let parameters: Argon2
  private let memory: SecretMemory
  private let lanes: Int
  private let segmentLength: Int
  private let laneLength: Int

  init(_ parameters: Argon2) throws(PasswordError) {
    self.parameters = parameters
    lanes = Int(parameters.parallelism)
    segmentLength = parameters.segmentLength
    laneLength = 4 * segmentLength
    // Three more blocks for the addresses: the counter, the addresses and zeros.
    memory = try SecretMemory(byteCount: parameters.memoryByteCount + 3 * 1024)
  }

  /// The block at `index` of all.
  private func block(_ index: Int) -> UnsafeMutablePointer<UInt64> {
    unsafe memory.words(UInt64.self) + index * Self.blockWords
  }

  /// Makes the first two blocks of each lane.
  func start(_ seed: [UInt8]) {
    for lane in 0..<lanes {
      for column in 0..<2 {
        var message = seed
        for value in [column, lane] {
          for shift in [0, 8, 16, 24] { message.append(UInt8(truncatingIfNeeded: value >> shift)) }
        }
        let bytes = Argon2.longHash(message.span, byteCount: 1024)
        let target = unsafe block(lane * laneLength + column)
        for word in 0..<Self.blockWords {
          let value = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[8 * word + $1]) << (8 * $1) }
          unsafe target[word] = value
        }
        wipe(&message)
      }
    }
  }

  /// The hash of the last blocks of all lanes.
  func finish(byteCount: Int) -> [UInt8] {
    let last = unsafe block(laneLength - 1)
    for lane in 1..<max(lanes, 1) {
      let other = unsafe block((lane + 1) * laneLength - 1)
      for word in 0..<Self.blockWords { unsafe last[word] ^= other[word] }
    }
    var bytes = (0..<1024).map { index in
      UInt8(truncatingIfNeeded: unsafe last[index / 8] >> UInt64(8 * (index % 8)))
    }
    defer { wipe(&bytes) }
    return Argon2.longHash(bytes.span, byteCount: byteCount)
  }

  /// Fills a slice of every lane.
  ///
  /// Within a slice the lanes do not read each other.
  func fill(pass: UInt32, slice: Int) {
    for lane in 0..<lanes { fill(pass: Int(pass), slice: slice, lane: lane) }
  }

  private func fill(pass: Int, slice: Int, lane: Int) {
    let independent =
      parameters.variant == .i || (parameters.variant == .id && pass == 0 && slice < 2)
    let accumulates = pass > 0 && parameters.version == .v13
    let features = parameters.features.rawValue
    let first = pass == 0 && slice == 0 ? 2 : 0
    if independent { prepareAddresses(pass: pass, slice: slice, lane: lane) }
    let addresses = unsafe block(lanes * laneLength + 1)
    if independent, first > 0 { nextAddresses() }
    var column = slice * segmentLength + first
    for index in first..<segmentLength {
      if independent, index % Self.blockWords == 0 { nextAddresses() }
      let before = unsafe block(lane * laneLength + (column == 0 ? laneLength : column) - 1)
      let random = unsafe independent ? addresses[index % Self.blockWords] : before[0]
      let chosen = reference(random, pass: pass, slice: slice, lane: lane, index: index)
      unsafe molt_argon2_compress(
        block(lane * laneLength + column),
        before,
        block(chosen),
        accumulates,
        features
      )
      column += 1
    }
  }

  /// The block that 64 pseudo-random bits choose.
  ///
  /// Source: RFC 9106, section 3.4.2.
  private func reference(
    _ random: UInt64,
    pass: Int,
    slice: Int,
    lane: Int,
    index: Int
  ) -> Int {
    let chosen = pass == 0 && slice == 0 ? lane : Int((random >> 32) % UInt64(lanes))
    // What is finished: the other slices, in the first pass only those before; of this lane also
    // what this slice has, but for the block just before.
    let finished = pass == 0 ? slice * segmentLength : laneLength - segmentLength
    let count = chosen == lane ? finished + index - 1 : finished - (index == 0 ? 1 : 0)
    let low = random & 0xFFFF_FFFF
    let squared = (low &* low) >> 32
    let back = (UInt64(count) &* squared) >> 32
    let position = UInt64(count) &- 1 &- back
    let start = pass == 0 || slice == 3 ? 0 : (slice + 1) * segmentLength
    return chosen * laneLength + (start + Int(position)) % laneLength
  }

  /// Writes what the addresses of a segment are computed of.
  private func prepareAddresses(pass: Int, slice: Int, lane: Int) {
    let input = unsafe block(lanes * laneLength)
    unsafe input.update(repeating: 0, count: Self.blockWords)
    unsafe input[0] = UInt64(pass)
    unsafe input[1] = UInt64(lane)
    unsafe input[2] = UInt64(slice)
    unsafe input[3] = UInt64(lanes * laneLength)
    unsafe input[4] = UInt64(parameters.iterations)
    unsafe input[5] = UInt64(parameters.variant.rawValue)
  }

  /// Computes the next 128 addresses.
  private func nextAddresses() {
    let input = unsafe block(lanes * laneLength)
    let addresses = unsafe block(lanes * laneLength + 1)
    let zeros = unsafe block(lanes * laneLength + 2)
    let features = parameters.features.rawValue
    unsafe input[6] += 1
    unsafe molt_argon2_compress(addresses, zeros, input, false, features)
    unsafe molt_argon2_compress(addresses, zeros, addresses, false, features)
  }
}
