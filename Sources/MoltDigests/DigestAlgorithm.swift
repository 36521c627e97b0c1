internal import CMoltDigests

/// The digests that passwords, signatures and logins are made with.
///
/// MD5 and SHA-1 are here for what was made with them long ago; HMAC with SHA-1 is still sound.
public enum DigestAlgorithm: UInt8, Equatable, Sendable, CaseIterable {
  /// RFC 1321.
  case md5
  /// FIPS 180-4, section 6.1.
  case sha1
  /// FIPS 180-4, section 6.2.
  case sha256
  /// FIPS 180-4, section 6.5.
  case sha384
  /// FIPS 180-4, section 6.4.
  case sha512

  /// The size of a result in bytes.
  public var byteCount: Int {
    switch self {
    case .md5: 16
    case .sha1: 20
    case .sha256: 32
    case .sha384: 48
    case .sha512: 64
    }
  }

  /// The size of the blocks that a message is cut into, in bytes.
  public var blockByteCount: Int {
    switch self {
    case .md5, .sha1, .sha256: 64
    case .sha384, .sha512: 128
    }
  }

  /// Whether words are written with the most significant byte first.
  var isBigEndian: Bool { self != .md5 }

  /// The words that hashing starts with; those of 32 bits stand two in one, the first one lower.
  var initialWords: InlineArray<8, UInt64> {
    switch self {
    case .md5:
      [0xefcd_ab89_6745_2301, 0x1032_5476_98ba_dcfe, 0, 0, 0, 0, 0, 0]
    case .sha1:
      [0xefcd_ab89_6745_2301, 0x1032_5476_98ba_dcfe, 0xc3d2_e1f0, 0, 0, 0, 0, 0]
    case .sha256:
      [
        0xbb67_ae85_6a09_e667, 0xa54f_f53a_3c6e_f372, 0x9b05_688c_510e_527f,
        0x5be0_cd19_1f83_d9ab, 0, 0, 0, 0,
      ]
    case .sha384:
      [
        0xcbbb_9d5d_c105_9ed8, 0x629a_292a_367c_d507, 0x9159_015a_3070_dd17,
        0x152f_ecd8_f70e_5939, 0x6733_2667_ffc0_0b31, 0x8eb4_4a87_6858_1511,
        0xdb0c_2e0d_64f9_8fa7, 0x47b5_481d_befa_4fa4,
      ]
    case .sha512:
      [
        0x6a09_e667_f3bc_c908, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b,
        0xa54f_f53a_5f1d_36f1, 0x510e_527f_ade6_82d1, 0x9b05_688c_2b3e_6c1f,
        0x1f83_d9ab_fb41_bd6b, 0x5be0_cd19_137e_2179,
      ]
    }
  }
}

/// Which instructions may be used.
///
/// Everything gives the same results with fewer.
public struct ProcessorFeatures: OptionSet, Sendable {
  /// The bits of `molt_digests.h`.
  public let rawValue: UInt32

  /// Creates a set of features.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// The SHA extensions.
  public static let sha = ProcessorFeatures(rawValue: UInt32(MOLT_CPU_SHA))
  /// Vectors of 32 bytes.
  public static let avx2 = ProcessorFeatures(rawValue: UInt32(MOLT_CPU_AVX2))
  /// Vectors of 64 bytes.
  public static let avx512 = ProcessorFeatures(rawValue: UInt32(MOLT_CPU_AVX512))

  /// What this processor has.
  ///
  /// - Complexity: O(1)
  public static var available: ProcessorFeatures {
    ProcessorFeatures(rawValue: molt_cpu_features())
  }
}
