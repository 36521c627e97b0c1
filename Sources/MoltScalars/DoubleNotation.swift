/// How a float's shortest digits are laid out.
///
/// | | 1 | 1e-5 | 1e16 | 1e21 | 1.5e-7 | -0 |
/// |---|---|---|---|---|---|---|
/// | ``json`` | `1.0` | `0.00001` | `1e16` | `1e21` | `1.5e-7` | `-0.0` |
/// | ``python`` | `1.0` | `1e-05` | `1e+16` | `1e+21` | `1.5e-07` | `-0.0` |
/// | ``ecmaScript`` | `1` | `0.00001` | `10000000000000000` | `1e+21` | `1.5e-7` | `0` |
public enum DoubleNotation: Sendable {
  /// Always with a point or an exponent; the exponent without a plus and without zeros in front.
  ///
  /// Without an exponent from 1e-5 up to but not including 1e16.
  case json
  /// Python's `repr`.
  ///
  /// Without an exponent from 1e-4 up to but not including 1e16.
  case python
  /// ECMAScript's `Number::toString` (ECMA-262, section 6.1.6.1.20).
  ///
  /// Without an exponent from 1e-6 up to but not including 1e21.
  case ecmaScript
}
