/// How a stored number becomes the text of a `Decimal`.
public struct DecimalFormat: Equatable, Sendable {
  /// The most digits that the result may have, Django's `max_digits`.
  ///
  /// Nil is the default precision of Python's contexts, 28. Without ``places`` it has no effect.
  public var digits: Int?

  /// How many digits stand after the point, Django's `decimal_places`.
  ///
  /// Nil leaves the number as 15 significant digits give it, as Django does for an expression.
  public var places: Int?

  /// Whether to write `format(decimal, "f")`, which has no exponent, instead of `str(decimal)`.
  public var isPlain: Bool

  /// Creates a format.
  ///
  /// - Parameters:
  ///   - digits: The most digits that the result may have.
  ///   - places: How many digits stand after the point. Django allows no negative number here;
  ///     formats with one, or with more than 1,000, answer nothing.
  ///   - isPlain: Whether small numbers are written without an exponent.
  public init(digits: Int? = nil, places: Int? = nil, isPlain: Bool = false) {
    self.digits = digits
    self.places = places
    self.isPlain = isPlain
  }

  /// The precision that a context has in Python unless told otherwise.
  static let defaultDigits = 28

  /// More places than this are left to Python.
  static let mostPlaces = 1000
}
