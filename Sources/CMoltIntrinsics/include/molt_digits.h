// Sixteen decimal digits at once, and where the point stands among them.
//
// A `molt_digits` holds a digit, 0 to 9, in each of its bytes, the first one in the lowest. It is a
// vector where the CPU's base instruction set has vectors, and a pair of words otherwise; both are
// always there for tests to compare.
#ifndef MOLT_DIGITS_H
#define MOLT_DIGITS_H

#include "molt_intrinsics.h"

typedef struct {
  uint64_t first, second;
} molt_digits_portable;

// Eight digits of a number below 10^8.
//
// Splits the number in halves three times, all halves of a step at once in one word; a division by
// 100 or 10 becomes a multiplication and a shift that are exact for the numbers at hand.
static inline uint64_t molt_eight_digits(uint64_t value) {
  uint64_t high = value / 10000;
  uint64_t fours = high | (value - high * 10000) << 32;
  uint64_t hundreds = (fours * 10486) >> 20 & 0x0000007F0000007FULL;
  uint64_t twos = hundreds | (fours - hundreds * 100) << 16;
  uint64_t tens = (twos * 103) >> 10 & 0x000F000F000F000FULL;
  return tens | (twos - tens * 10) << 8;
}

// The digits of a number below 10^16, zeros in front included.
static inline molt_digits_portable molt_sixteen_digits_portable(uint64_t value) {
  uint64_t high = value / 100000000;
  molt_digits_portable digits = {molt_eight_digits(high),
                                 molt_eight_digits(value - high * 100000000)};
  return digits;
}

// How many digits there are without the zeros at the end, those and a seventeenth of 0 to 9; 1 for
// none but zeros.
static inline uint32_t molt_count_digits_portable(molt_digits_portable digits, uint64_t last) {
  if (last != 0) return 17;
  if (digits.second != 0) return 16 - ((uint32_t)__builtin_clzll(digits.second) >> 3);
  return 8 - ((uint32_t)__builtin_clzll(digits.first | 1) >> 3);
}

// Writes all sixteen characters.
static inline void molt_store_digits_portable(molt_digits_portable digits, uint8_t *output) {
  molt_store64(output, digits.first | 0x3030303030303030ULL);
  molt_store64(output + 8, digits.second | 0x3030303030303030ULL);
}

// Bytes that are all ones before the middle. Loaded from 16 - n on, the first n of them are.
static const uint8_t molt_ones_then_zeros[32] = {
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
};

// Writes all sixteen characters with a point behind the first `point` of them, 1 to 15.
static inline void molt_store_digits_around_point_portable(molt_digits_portable digits,
                                                           uint32_t point, uint8_t *output) {
  uint64_t before_first = molt_load64(molt_ones_then_zeros + 16 - point);
  uint64_t before_second = molt_load64(molt_ones_then_zeros + 24 - point);
  uint64_t first = digits.first | 0x3030303030303030ULL;
  uint64_t second = digits.second | 0x3030303030303030ULL;
  molt_store64(output, (first & before_first) | (first << 8 & ~before_first));
  molt_store64(output + 8,
               (second & before_second) | ((second << 8 | first >> 56) & ~before_second));
  output[16] = (uint8_t)(second >> 56);
  output[point] = '.';
}

#if defined(__SSE2__)
typedef __m128i molt_digits;

// The same three steps, for the upper and the lower eight digits side by side.
static inline molt_digits molt_sixteen_digits(uint64_t value) {
  uint64_t high = value / 100000000;
  __m128i eights = _mm_set_epi64x((long long)(value - high * 100000000), (long long)high);
  __m128i thousands =
      _mm_srli_epi64(_mm_mul_epu32(eights, _mm_set1_epi64x(0xD1B71759)), 45);
  __m128i rest = _mm_sub_epi64(eights, _mm_mul_epu32(thousands, _mm_set1_epi64x(10000)));
  __m128i fours = _mm_or_si128(thousands, _mm_slli_epi64(rest, 32));
  __m128i hundreds = _mm_srli_epi16(_mm_mulhi_epu16(fours, _mm_set1_epi32(5243)), 3);
  rest = _mm_sub_epi16(fours, _mm_mullo_epi16(hundreds, _mm_set1_epi32(100)));
  __m128i twos = _mm_or_si128(hundreds, _mm_slli_epi32(rest, 16));
  // tens + (twos - 10 * tens) * 256
  __m128i tens = _mm_mulhi_epu16(twos, _mm_set1_epi16(6554));
  return _mm_sub_epi16(_mm_slli_epi16(twos, 8), _mm_mullo_epi16(tens, _mm_set1_epi16(2559)));
}

static inline uint32_t molt_count_digits(molt_digits digits, uint64_t last) {
  uint32_t mask = (uint32_t)_mm_movemask_epi8(_mm_cmpgt_epi8(digits, _mm_setzero_si128()));
  // Bit 16, if `last` is more than 0.
  mask |= (last + 0xFFFF) & 0x10000;
  return 32 - (uint32_t)__builtin_clz(mask | 1);
}

static inline void molt_store_digits(molt_digits digits, uint8_t *output) {
  _mm_storeu_si128((__m128i *)output, _mm_or_si128(digits, _mm_set1_epi8('0')));
}

static inline void molt_store_digits_around_point(molt_digits digits, uint32_t point,
                                                  uint8_t *output) {
  __m128i characters = _mm_or_si128(digits, _mm_set1_epi8('0'));
  __m128i before = _mm_loadu_si128((const __m128i *)(molt_ones_then_zeros + 16 - point));
  __m128i moved = _mm_andnot_si128(before, _mm_slli_si128(characters, 1));
  // First all of them moved, for the one that falls out of the vector.
  _mm_storeu_si128((__m128i *)(output + 1), characters);
  _mm_storeu_si128((__m128i *)output, _mm_or_si128(_mm_and_si128(characters, before), moved));
  output[point] = '.';
}
#else
typedef molt_digits_portable molt_digits;

static inline molt_digits molt_sixteen_digits(uint64_t value) {
  return molt_sixteen_digits_portable(value);
}

static inline uint32_t molt_count_digits(molt_digits digits, uint64_t last) {
  return molt_count_digits_portable(digits, last);
}

static inline void molt_store_digits(molt_digits digits, uint8_t *output) {
  molt_store_digits_portable(digits, output);
}

static inline void molt_store_digits_around_point(molt_digits digits, uint32_t point,
                                                  uint8_t *output) {
  molt_store_digits_around_point_portable(digits, point, output);
}
#endif

#endif
