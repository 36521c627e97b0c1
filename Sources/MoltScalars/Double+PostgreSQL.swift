internal import MoltBytes

extension Double {
  /// Python's `float()` of a `Decimal` that comes as PostgreSQL's `numeric`.
  ///
  /// - Complexity: O(1) for numbers of up to 16 digits and nearly all longer ones, otherwise
  ///   O(digits) through text.
  public init(_ number: borrowing PostgresNumeric) {
    switch number.kind {
    case .notANumber: self = .nan
    case .infinite: self = number.isNegative ? -.infinity : .infinity
    case .finite:
      let magnitude = Self.magnitude(number)
      self = number.isNegative ? -magnitude : magnitude
    }
  }

  private static func magnitude(_ number: borrowing PostgresNumeric) -> Double {
    let used = min(number.count, 4)
    var value: UInt64 = 0
    for index in 0..<used { value = value &* 10_000 &+ number.digit(index) }
    let exponent = 4 * (number.weight - used + 1)
    if used == number.count { return Double(nearestTo: value, timesTenTo: exponent) }
    // Where the cut off number and the next one round to the same, all between them do.
    let lower = Double(nearestTo: value, timesTenTo: exponent)
    if lower == Double(nearestTo: value + 1, timesTenTo: exponent) { return lower }
    return fromText(number)
  }

  @inline(never)
  private static func fromText(_ number: borrowing PostgresNumeric) -> Double {
    var writer = ByteWriter(capacity: 64)
    writer.appendNumeric(number, isPlain: true)
    let bytes = writer.span
    let start = number.isNegative ? 1 : 0
    let text = String(
      decoding: (start..<bytes.count).map { bytes[$0] },
      as: UTF8.self
    )
    return Double(text) ?? .nan
  }

  /// What Python's `float()` makes of the text that PostgreSQL writes for a `real`.
  ///
  /// That is the shortest decimal number that reads back as the same `Float`: 0.1 as a `Float` is
  /// 0.10000000149…, its text `0.1`, and so is the result. PostgreSQL leaves out decimal numbers
  /// exactly between two neighbours, which the reader's rounding would have to tell apart
  /// (`STRICTLY_SHORTEST` in `ryu_common.h`).
  ///
  /// - Complexity: O(1)
  public init(textOf value: Float) {
    let magnitude = value.magnitude
    guard magnitude > 0, magnitude < .infinity else {
      self = value.isNaN ? .nan : Double(value)
      return
    }
    let result: Double
    if magnitude < 0x1p24, magnitude == magnitude.rounded(.towardZero) {
      result = Double(magnitude)
    } else {
      let bits = magnitude.bitPattern
      let fraction = UInt64(bits & (1 << 23 - 1))
      let biased = Int(bits >> 23)
      let (digits, exponent) = ShortestDecimal.digits(
        ofSingle: fraction | (biased == 0 ? 0 : 1 << 23),
        max(biased, 1) - 150
      )
      result = Double(nearestTo: digits, timesTenTo: exponent)
    }
    self = value < 0 ? -result : result
  }
}
