// The way through a list of numbers, for the vector instructions of whoever includes this.
//
// -65.613616,    digits at 1, 2 and 4 to 9, a point at 3
//
// Who includes this has `TARGET_INLINE` and says which of the 32 bytes at the start of a number are
// what, and what the first 16 digits are: 65613616 and whatever comes behind them, without the sign
// and the point.
//
//     number_bytes load_number(const uint8_t *start)
//     __m128i first_digits(number_bytes bytes, const uint8_t *digits, uint32_t whole_count)
//
// A CPU works at three or four numbers at once. So what decides how fast this is are instructions
// in all, and how long it takes until a branch is known: all of them wait for no more than the
// count of digits.
#ifndef MOLT_JSON_NUMBER_RUNS_H
#define MOLT_JSON_NUMBER_RUNS_H

#include "molt_digit_values.h"
#include "molt_json_numbers.h"

// What may stand behind a number: white space, a comma or a closing bracket.
static const uint8_t may_follow[256] = {
    ['\t'] = 1, ['\n'] = 1, ['\r'] = 1, [' '] = 1, [','] = 1, [']'] = 1, ['}'] = 1,
};

// The bits of a number with a point, or all ones where there are too many digits.
TARGET_INLINE uint64_t double_bits(__m128i digits, const uint8_t *first, uint32_t whole,
                                   uint32_t fraction) {
  uint32_t count = whole + fraction;
  if (count <= 15) return molt_rounded_quotient(short_value(digits, count), fraction);
  if (count > 19 || whole > 16) return ~0ULL;
  uint64_t all = append_digits(join_digits(digits), first + 17, count - 16);
  return molt_nearest_double(all, fraction);
}

// The digits of an integer, or all ones where there are too many.
TARGET_INLINE uint64_t integer_digits(__m128i digits, const uint8_t *first, uint32_t count) {
  if (count <= 16) return short_value(digits, count);
  if (count > 19) return ~0ULL;
  return append_digits(join_digits(digits), first + 16, count - 16);
}

// A number of up to 19 digits, up to 16 of them in front of a point, that begins at `first`.
TARGET_INLINE molt_json_decimal read_decimal(const uint8_t *first) {
  const molt_json_decimal none = {0, 0, 0};
  uint32_t sign = *first == '-';
  number_bytes bytes = load_number(first);
  uint32_t body = bytes.digit | sign;
  uint32_t point = bytes.point & ~body & (body + 1);
  uint32_t end = _tzcnt_u32(~(body | point));
  if ((point << 1 | 1U << sign) & ~bytes.digit || !may_follow[first[end]]) return none;
  first += sign;
  if (first[0] == '0' && (first[1] & 0xF0) == '0') return none;
  uint32_t whole = (point ? _tzcnt_u32(point) : end) - sign;
  uint32_t fraction = point ? end - 1 - sign - whole : 0;
  uint32_t count = whole + fraction;
  if (count > 19 || (point && whole > 16)) return none;
  __m128i digits = first_digits(bytes, first, whole);
  uint64_t value = count <= 16 ? short_value(digits, count)
                               : append_digits(join_digits(digits), first + 16 + (point != 0),
                                               count - 16);
  return (molt_json_decimal){value, end, fraction};
}

TARGET_INLINE molt_json_numbers read_numbers(const uint8_t *input, size_t count,
                                             const uint32_t *next, const uint32_t *limit,
                                             uint64_t *out) {
  if (count < MOLT_JSON_NUMBER_REACH) limit = next;
  // Offsets ascend: too near to the document's end can only be the last ones.
  while (limit > next && limit[-1] > count - MOLT_JSON_NUMBER_REACH) limit--;
  for (; next < limit; next++) {
    uint64_t start = *next;
    const uint8_t *first = input + start;
    uint64_t sign = *first == '-';
    number_bytes bytes = load_number(first);
    uint32_t body = bytes.digit | (uint32_t)sign;
    // The first byte that is no digit, if it is a point.
    uint32_t point = bytes.point & ~body & (body + 1);
    uint32_t end = _tzcnt_u32(~(body | point));
    // Digits have to stand at the start and behind a point.
    if ((point << 1 | 1U << sign) & ~bytes.digit) break;
    if (!may_follow[first[end]]) break;
    first += sign;
    uint16_t pair;
    memcpy(&pair, first, sizeof pair);
    // A zero with a digit behind it, as nothing else of that kind may follow.
    if ((pair & 0xF0FF) == 0x3030) break;
    if (point == 0) {
      uint32_t whole = end - (uint32_t)sign;
      uint64_t digits = integer_digits(first_digits(bytes, first, whole), first, whole);
      if ((digits - sign) >> 59) {
        if (digits != 0) break;
        // Minus zero keeps its source.
        *out++ = (uint64_t)MOLT_TAPE_INT64 << 60 | (uint64_t)end << 32 | start;
        *out++ = 0;
        continue;
      }
      *out++ = (uint64_t)MOLT_TAPE_INTEGER << 60 | (((digits ^ (0 - sign)) + sign) << 4 >> 4);
    } else {
      uint32_t whole = _tzcnt_u32(point) - (uint32_t)sign;
      uint32_t fraction = end - 1 - (uint32_t)sign - whole;
      uint64_t bits = double_bits(first_digits(bytes, first, whole), first, whole, fraction);
      if (bits == ~0ULL) break;
      *out++ = (uint64_t)MOLT_TAPE_DOUBLE << 60 | (uint64_t)end << 32 | start;
      *out++ = bits | sign << 63;
    }
  }
  return (molt_json_numbers){next, out};
}

#endif
