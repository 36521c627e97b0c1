// Decimal digits with AVX2: up to 32 of them at once, wherever their point is.
//
// 65.613616,    digits at 0, 1 and 3 to 8, a point at 2
//
// The digits come to the end of a vector by being loaded from where they end there, once for those
// in front of the point and once for those behind it; what stands before them is cleared.
#ifndef MOLT_DIGITS_AVX2_H
#define MOLT_DIGITS_AVX2_H

#include <immintrin.h>
#include <stdint.h>

#define TARGET __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt")))
#define TARGET_INLINE TARGET static inline __attribute__((always_inline))

// From byte n on, a vector whose last n bytes are all ones.
static const uint8_t last_bytes[64] = {[32 ... 63] = 0xFF};

TARGET_INLINE __m256i load(const uint8_t *bytes) {
  return _mm256_loadu_si256((const __m256i *)bytes);
}

// Which of the 32 bytes at the start of a number are digits, and which is the first byte that is none,
// if that is a point.
typedef struct {
  uint32_t digit, point;
} digit_masks;

TARGET_INLINE digit_masks find_digits(const uint8_t *first) {
  __m256i bytes = load(first);
  __m256i values = _mm256_sub_epi8(bytes, _mm256_set1_epi8('0'));
  __m256i lowest = _mm256_min_epu8(values, _mm256_set1_epi8(9));
  __m256i points = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('.'));
  uint32_t digit = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(values, lowest));
  uint32_t point = (uint32_t)_mm256_movemask_epi8(points) & ~digit & (digit + 1);
  return (digit_masks){digit, point};
}

// 32 digits of one byte each as a number, of which the first eight are known to be 0.
//
// Neighbours are joined three times: digits to numbers of two, those to four, those to eight.
TARGET_INLINE uint64_t join_digits(__m256i digits) {
  __m256i twos = _mm256_maddubs_epi16(digits, _mm256_set1_epi16(1 << 8 | 10));
  __m256i fours = _mm256_madd_epi16(twos, _mm256_set1_epi32(1 << 16 | 100));
  fours = _mm256_packus_epi32(fours, fours);
  __m256i eights = _mm256_madd_epi16(fours, _mm256_set1_epi32(1 << 16 | 10000));
  uint64_t upper = (uint64_t)_mm_cvtsi128_si64(_mm256_castsi256_si128(eights)) >> 32;
  uint64_t lower = (uint64_t)_mm_cvtsi128_si64(_mm256_extracti128_si256(eights, 1));
  return (upper * 100000000 + (lower & 0xFFFFFFFF)) * 100000000 + (lower >> 32);
}

// The number that up to 19 digits write.
//
// 32 bytes in front of `first` can be read. `count` digits, of which `fraction` stand behind a point,
// take the bytes up to `end`.
TARGET_INLINE uint64_t digits_value(const uint8_t *first, uint32_t end, uint32_t count,
                                    uint32_t fraction) {
  __m256i whole = load(first + count - 32), behind = load(first + end - 32);
  __m256i digits = _mm256_blendv_epi8(whole, behind, load(last_bytes + fraction));
  digits = _mm256_sub_epi8(digits, _mm256_set1_epi8('0'));
  return join_digits(_mm256_and_si256(digits, load(last_bytes + count)));
}

#endif
