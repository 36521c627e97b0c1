/// BLAKE2b without a key, for the ends of Argon2: short messages, results of 1 to 64 bytes.
///
/// Source: RFC 7693.
struct BLAKE2b {
  private var words: InlineArray<8, UInt64>
  private var block = InlineArray<128, UInt8>(repeating: 0)
  private var blockCount = 0
  private var byteCount: UInt64 = 0
  private let resultByteCount: Int

  private static let initial: InlineArray<8, UInt64> = [
    0x6a09_e667_f3bc_c908, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b,
    0xa54f_f53a_5f1d_36f1, 0x510e_527f_ade6_82d1, 0x9b05_688c_2b3e_6c1f,
    0x1f83_d9ab_fb41_bd6b, 0x5be0_cd19_137e_2179,
  ]

  /// The order in which the rounds take the message's words, one digit each; the last two rounds
  /// are the first two again.
  private static let orders: InlineArray<10, UInt64> = [
    0x0123_4567_89AB_CDEF, 0xEA48_9FD6_1C02_B753, 0xB8C0_52FD_AE36_7194, 0x7931_DCBE_265A_40F8,
    0x9057_24AF_E1BC_683D, 0x2C6A_0B83_4D75_FE19, 0xC51F_ED4A_0763_928B, 0xDB7E_C139_50F4_862A,
    0x6FE9_B308_C2D7_14A5, 0xA284_7615_FB9E_3CD0,
  ]

  /// - Precondition: `byteCount` lies between 1 and 64.
  init(byteCount: Int) {
    precondition((1...64).contains(byteCount), "byteCount is not between 1 and 64")
    words = Self.initial
    words[0] ^= 0x0101_0000 ^ UInt64(byteCount)
    resultByteCount = byteCount
  }

  mutating func update(_ bytes: Span<UInt8>) {
    for index in bytes.indices {
      // The last block stays until it is known to be the last.
      if blockCount == 128 { compress(isLast: false) }
      block[blockCount] = bytes[index]
      blockCount += 1
    }
  }

  /// Takes an integer of 32 bits, least significant byte first.
  mutating func update(_ value: UInt32) {
    let bytes: InlineArray<4, UInt8> = [
      UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8),
      UInt8(truncatingIfNeeded: value >> 16), UInt8(truncatingIfNeeded: value >> 24),
    ]
    update(bytes.span)
  }

  consuming func finish() -> [UInt8] {
    for index in blockCount..<128 { block[index] = 0 }
    compress(isLast: true)
    return (0..<resultByteCount).map {
      UInt8(truncatingIfNeeded: words[$0 / 8] >> UInt64(8 * ($0 % 8)))
    }
  }

  private mutating func compress(isLast: Bool) {
    byteCount &+= UInt64(blockCount)
    blockCount = 0
    var message = InlineArray<16, UInt64>(repeating: 0)
    for index in 0..<128 { message[index / 8] |= UInt64(block[index]) << UInt64(8 * (index % 8)) }
    var v = InlineArray<16, UInt64>(repeating: 0)
    for index in 0..<8 {
      v[index] = words[index]
      v[index + 8] = Self.initial[index]
    }
    v[12] ^= byteCount
    if isLast { v[14] = ~v[14] }
    for round in 0..<12 { Self.round(&v, message, order: Self.orders[round % 10]) }
    for index in 0..<8 { words[index] ^= v[index] ^ v[index + 8] }
  }

  private static func round(
    _ v: inout InlineArray<16, UInt64>,
    _ message: InlineArray<16, UInt64>,
    order: UInt64
  ) {
    for index in 0..<8 {
      // Four columns, then four diagonals.
      let turn = index / 4
      let (a, b) = (index % 4, 4 + (index + turn) % 4)
      let (c, d) = (8 + (index + 2 * turn) % 4, 12 + (index + 3 * turn) % 4)
      let first = Int(order >> UInt64(60 - 8 * index) & 15)
      let second = Int(order >> UInt64(56 - 8 * index) & 15)
      v[a] = v[a] &+ v[b] &+ message[first]
      v[d] = rotate(v[d] ^ v[a], 32)
      v[c] = v[c] &+ v[d]
      v[b] = rotate(v[b] ^ v[c], 24)
      v[a] = v[a] &+ v[b] &+ message[second]
      v[d] = rotate(v[d] ^ v[a], 16)
      v[c] = v[c] &+ v[d]
      v[b] = rotate(v[b] ^ v[c], 63)
    }
  }

  private static func rotate(_ word: UInt64, _ count: UInt64) -> UInt64 {
    word &>> count | word &<< (64 - count)
  }
}
