extension Double {
  /// The value of a float of 16 bits (IEEE 754 binary16; RFC 8949, appendix D).
  ///
  /// Done by hand: not every platform has `Float16`, and where the CPU lacks it, it is a slow call.
  @inlinable
  package init(half bits: UInt16) {
    let sign = UInt64(bits & 0x8000) << 48
    let exponent = UInt64(bits >> 10 & 0x1F)
    let mantissa = UInt64(bits & 0x3FF)
    switch exponent {
    case 0:
      // Below 2^-14, all are multiples of 2^-24.
      let value = Double(mantissa) * 0x1p-24
      self.init(bitPattern: value.bitPattern | sign)
    case 31: self.init(bitPattern: sign | 0x7FF0_0000_0000_0000 | mantissa << 42)
    default: self.init(bitPattern: sign | (exponent &+ 1008) << 52 | mantissa << 42)
    }
  }

  /// The value of a float of 32 bits, with every bit of a NaN, which a conversion may set.
  @inlinable
  package init(single bits: UInt32) {
    guard bits & 0x7F80_0000 == 0x7F80_0000 else {
      self = Double(Float(bitPattern: bits))
      return
    }
    let sign = UInt64(bits & 0x8000_0000) << 32
    self.init(bitPattern: sign | 0x7FF0_0000_0000_0000 | UInt64(bits & 0x7F_FFFF) << 29)
  }

  /// The bits of the float of 16 bits that is the same number, or the same NaN, if there is one.
  @inlinable
  package var half: UInt16? {
    let bits = bitPattern
    guard bits & (1 << 42 - 1) == 0 else { return nil }
    let sign = UInt16(truncatingIfNeeded: bits >> 48) & 0x8000
    let mantissa = bits >> 42 & 0x3FF
    let exponent = Int(truncatingIfNeeded: bits >> 52 & 0x7FF)
    switch exponent {
    case 0: return mantissa == 0 ? sign : nil
    case 0x7FF: return sign | 0x7C00 | UInt16(truncatingIfNeeded: mantissa)
    case 1009...1038:
      return sign | UInt16(truncatingIfNeeded: (exponent &- 1008) << 10 | Int(mantissa))
    case 999...1008:
      // 1.mantissa * 2^(exponent - 1023) as a multiple of 2^-24: exact if no bit falls off.
      let (full, shift) = (mantissa | 0x400, UInt64(1009 &- exponent))
      guard full & (1 << shift - 1) == 0 else { return nil }
      return sign | UInt16(truncatingIfNeeded: full >> shift)
    default: return nil
    }
  }

  /// The bits of the float of 32 bits that is the same number, or the same NaN, if there is one.
  @inlinable
  package var single: UInt32? {
    if isNaN {
      guard bitPattern & (1 << 29 - 1) == 0 else { return nil }
      let payload = UInt32(truncatingIfNeeded: bitPattern >> 29) & 0x7F_FFFF
      return UInt32(truncatingIfNeeded: bitPattern >> 32) & 0x8000_0000 | 0x7F80_0000 | payload
    }
    let short = Float(self)
    return Double(short) == self ? short.bitPattern : nil
  }
}
