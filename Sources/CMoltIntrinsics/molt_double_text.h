// The shortest decimal number of a float, and its text; for each instruction set compiled anew.
//
// The method is explained in MoltScalars/ShortestDecimal.swift, which also knows the numbers that
// are refused here.
#ifndef MOLT_DOUBLE_TEXT_H
#define MOLT_DOUBLE_TEXT_H

#include "molt_digits.h"
#include "molt_double.h"
#include "molt_powers_of_ten.h"

#define INLINE static inline __attribute__((always_inline))
#define RARE(condition) __builtin_expect(condition, 0)
// A choice that is as good as random: no branch.
#define CHOOSE(condition, yes, no) (__builtin_unpredictable(condition) ? (yes) : (no))

typedef struct {
  // Sixteen digits, the first of them not zero, and the seventeenth.
  uint64_t leading, last;
  // The value is 0.digits * 10^point.
  int point;
} molt_decimal;

static const uint64_t molt_small_powers_of_ten[17] = {
    1,
    10,
    100,
    1000,
    10000,
    100000,
    1000000,
    10000000,
    100000000,
    1000000000,
    10000000000,
    100000000000,
    1000000000000,
    10000000000000,
    100000000000000,
    1000000000000000,
    10000000000000000,
};

// The digits of an integer from 1 to 2^53: all of them.
INLINE void molt_whole_decimal(uint64_t whole, molt_decimal *decimal) {
  // A number of b bits has floor(b * log10(2)) digits, or one more.
  uint32_t estimate = (uint32_t)(64 - __builtin_clzll(whole)) * 1233 >> 12;
  uint32_t count = estimate + (whole >= molt_small_powers_of_ten[estimate]);
  decimal->leading = whole * molt_small_powers_of_ten[16 - count];
  decimal->last = 0;
  decimal->point = (int)count;
}

// Writes the shortest digits of a normal number; false if they stay open.
INLINE _Bool molt_shortest_decimal(uint64_t bits, molt_decimal *decimal) {
  const uint64_t hidden = 1ULL << 52;
  int biased = (int)(bits >> 52 & 0x7FF);
  uint64_t fraction = bits & (hidden - 1);
  if (RARE((unsigned)(biased - 1) >= 0x7FE)) return 0;
  int exponent = biased - 1075;
  if ((unsigned)-exponent < 53 && ((fraction | hidden) & ((1ULL << -exponent) - 1)) == 0) {
    molt_whole_decimal((fraction | hidden) >> -exponent, decimal);
    return 1;
  }
  int unit = (exponent * 315653 >> 20) + 1;
  int shift = exponent + (-unit * 1741647 >> 19);
  uint64_t power = molt_power_of_ten_high(-unit), power_low = molt_power_of_ten_low(-unit);
  uint64_t shifted = (fraction | hidden) << (shift + 5);
  __uint128_t product =
      (__uint128_t)shifted * power + (uint64_t)((__uint128_t)shifted * power_low >> 64);
  uint64_t whole = (uint64_t)(product >> 68), rest = (uint64_t)(product >> 4);
  uint64_t half = power >> -shift;
  // The neighbour below a power of two is only half as far away.
  uint64_t lower_half = half >> (fraction == 0);

  __uint128_t tenfold = (__uint128_t)rest * 10;
  uint64_t below = (uint64_t)tenfold, reach;
  _Bool is_up = __builtin_add_overflow(rest, half, &reach);
  _Bool is_shorter = is_up | (rest < lower_half);
  // `rest` and `half` are each less than 1 + 2^-7 too small, `below` less than 11.
  if (RARE(rest - lower_half + 1 <= 2)) return 0;
  if (RARE(reach + 3 <= 3)) return 0;
  if (RARE((1ULL << 63) - below <= 11)) return 0;
  // The number nearest to a power of two need not be among those that read back as it.
  if (RARE((fraction == 0) & !is_shorter)) return 0;

  uint64_t nearest = (uint64_t)(tenfold >> 64) + (below >> 63);
  nearest = CHOOSE(is_shorter, 0, nearest);
  whole += is_up;
  uint64_t longer = whole * 10 + nearest;
  _Bool is_short = whole < 1000000000000000;
  decimal->leading = CHOOSE(is_short, longer, whole);
  decimal->last = CHOOSE(is_short, 0, nearest);
  decimal->point = unit + 16 - is_short;
  return 1;
}

// Writes `e` and an exponent: in JSON's notation with a minus, if any, and one to three digits; in
// Python's with a sign and two or three; in ECMAScript's with a sign and one to three.
INLINE uint32_t molt_store_exponent(int exponent, int notation, uint8_t *output) {
  uint32_t size = (uint32_t)(exponent < 0 ? -exponent : exponent);
  uint32_t hundreds = size * 656 >> 16, rest = size - hundreds * 100;
  uint32_t tens = rest * 103 >> 10;
  uint32_t digits = (hundreds | tens << 8 | (rest - tens * 10) << 16) | 0x303030;
  uint32_t two = (size >= 10) | (notation == MOLT_DOUBLE_PYTHON);
  uint32_t count = 1 + two + (size >= 100);
  uint32_t has_sign = (exponent < 0) | (notation != MOLT_DOUBLE_JSON);
  uint32_t start = 1 + has_sign;
  uint64_t word = 'e' | (exponent < 0 ? '-' : '+') << 8;
  word &= (1ULL << start * 8) - 1;
  molt_store64(output, word | (uint64_t)(digits >> (24 - count * 8)) << start * 8);
  return start + count;
}

// Writes a number of which all digits are known.
//
// Words of fixed size go where the digits belong, and what comes later is written over what came
// too much. For 12.5, whose point stands behind two digits:
//
//     all digits, moved     _1250000000000000
//     again, up to there    12_5000000000000
//     the point             12.5
INLINE uint32_t molt_lay_out(molt_digits digits, uint64_t last, int point, int notation,
                             uint8_t *output) {
  uint32_t count = molt_count_digits(digits, last);
  uint8_t last_character = (uint8_t)(last | '0');
  if (__builtin_expect((unsigned)(point - 1) < 15, 1)) {
    molt_store_digits_around_point(digits, (uint32_t)point, output);
    output[17] = last_character;
    // A branch for integers: where they are many, their lengths need not wait for their digits.
    if (RARE(count <= (uint32_t)point))
      return (uint32_t)point + (notation == MOLT_DOUBLE_ECMASCRIPT ? 0 : 2);
    return count + 1;
  }
  int lowest = notation == MOLT_DOUBLE_PYTHON ? -3 : notation == MOLT_DOUBLE_JSON ? -4 : -5;
  if (lowest <= point && point <= 0) {
    uint32_t start = (uint32_t)(2 - point);
    molt_store64(output, 0x3030303030302E30);
    molt_store_digits(digits, output + start);
    output[start + 16] = last_character;
    return start + count;
  }
  if (point == 16 && (notation != MOLT_DOUBLE_ECMASCRIPT || count == 17)) {
    molt_store_digits(digits, output);
    output[16] = '.';
    output[17] = last_character;
    return 18;
  }
  if (notation == MOLT_DOUBLE_ECMASCRIPT && 16 <= point && point <= 21) {
    molt_store_digits(digits, output);
    output[16] = last_character;
    molt_store32(output + 17, 0x30303030);
    return (uint32_t)point;
  }
  molt_store_digits_around_point(digits, 1, output);
  output[17] = last_character;
  uint32_t end = count == 1 ? 1 : count + 1;
  return end + molt_store_exponent(point - 1, notation, output + end);
}

typedef molt_digits molt_sixteen_digits_function(uint64_t value);

INLINE uint32_t molt_store_one(uint64_t bits, int notation, uint8_t *output,
                               molt_sixteen_digits_function *sixteen_digits) {
  molt_decimal decimal;
  uint32_t sign = (uint32_t)(bits >> 63);
  if (RARE(!molt_shortest_decimal(bits, &decimal))) return 0;
  *output = '-';
  return sign + molt_lay_out(sixteen_digits(decimal.leading), decimal.last, decimal.point, notation,
                             output + sign);
}

// Two numbers are converted before the first is written. Where a number goes depends on all digits
// of the one before it, and no load overtakes a store to a place that is not known yet: not at all
// on CPUs that are told so for security's sake. So one after the other takes the time from a number
// to its last digit twice.
INLINE uint32_t molt_store_both(uint64_t first_bits, uint64_t second_bits, int notation,
                                uint32_t gap, uint8_t *output,
                                molt_sixteen_digits_function *sixteen_digits) {
  molt_decimal first, second;
  if (RARE(!molt_shortest_decimal(first_bits, &first))) return 0;
  if (RARE(!molt_shortest_decimal(second_bits, &second))) return 0;
  molt_digits first_digits = sixteen_digits(first.leading);
  molt_digits second_digits = sixteen_digits(second.leading);
  *output = '-';
  uint32_t end = (uint32_t)(first_bits >> 63);
  end += molt_lay_out(first_digits, first.last, first.point, notation, output + end);
  output[end] = ',';
  output[end + 1] = ' ';
  end += gap;
  output[end] = '-';
  end += (uint32_t)(second_bits >> 63);
  return end + molt_lay_out(second_digits, second.last, second.point, notation, output + end);
}

#endif
