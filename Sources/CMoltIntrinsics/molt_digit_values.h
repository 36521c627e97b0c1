// The numbers that digits write, for whoever has `TARGET_INLINE` with SSE4.1 or more.
#ifndef MOLT_DIGIT_VALUES_H
#define MOLT_DIGIT_VALUES_H

#include <immintrin.h>
#include <stdint.h>
#include <string.h>

// From byte n on, a shuffle that makes the first n bytes the last, with zeros in front of them.
static const uint8_t to_the_end[32] = {
    128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128, 128,
    0,   1,   2,   3,   4,   5,   6,   7,   8,   9,   10,  11,  12,  13,  14,  15,
};

// 16 digits of one byte each as a number.
//
// Neighbours are joined three times: digits to numbers of two, those to four, those to eight.
TARGET_INLINE uint64_t join_digits(__m128i digits) {
  __m128i twos = _mm_maddubs_epi16(digits, _mm_set1_epi16(1 << 8 | 10));
  __m128i fours = _mm_madd_epi16(twos, _mm_set1_epi32(1 << 16 | 100));
  fours = _mm_packus_epi32(fours, fours);
  __m128i eights = _mm_madd_epi16(fours, _mm_set1_epi32(1 << 16 | 10000));
  uint64_t both = (uint64_t)_mm_cvtsi128_si64(eights);
  return (both & 0xFFFFFFFF) * 100000000 + (both >> 32);
}

// The number that the first digits write, up to 16 of them.
TARGET_INLINE uint64_t short_value(__m128i digits, uint32_t count) {
  const __m128i *moves = (const __m128i *)(to_the_end + count);
  return join_digits(_mm_shuffle_epi8(digits, _mm_loadu_si128(moves)));
}

// The number that up to three digits write; four bytes can be read.
TARGET_INLINE uint32_t few_digits(const uint8_t *first, uint32_t count) {
  uint32_t last;
  memcpy(&last, first, sizeof last);
  // What follows is pushed out, and zeros come in front. Nothing shifts by 32.
  last = (last & 0x0F0F0F0F) << (8 * (3 - count)) << 8;
  return (last >> 8 & 0xFF) * 100 + (last >> 16 & 0xFF) * 10 + (last >> 24);
}

// A number with up to three digits more behind it.
TARGET_INLINE uint64_t append_digits(uint64_t value, const uint8_t *rest, uint32_t rest_count) {
  static const uint32_t powers[4] = {1, 10, 100, 1000};
  return value * powers[rest_count] + few_digits(rest, rest_count);
}

#endif
