// Where the digits of a number stand, with AVX2: those on both sides of the point are loaded next
// to each other.
#ifndef MOLT_DIGITS_AVX2_H
#define MOLT_DIGITS_AVX2_H

#include <stdint.h>
#include <immintrin.h>

#define TARGET __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt")))
#define TARGET_INLINE TARGET static inline __attribute__((always_inline))

typedef struct {
  uint32_t digit, point;
} number_bytes;

TARGET_INLINE number_bytes load_number(const uint8_t *start) {
  __m256i bytes = _mm256_loadu_si256((const __m256i *)start);
  __m256i values = _mm256_sub_epi8(bytes, _mm256_set1_epi8('0'));
  __m256i lowest = _mm256_min_epu8(values, _mm256_set1_epi8(9));
  __m256i points = _mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('.'));
  return (number_bytes){(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(values, lowest)),
                        (uint32_t)_mm256_movemask_epi8(points)};
}

// From byte 32 - n on, a vector whose first n bytes are all ones.
static const uint8_t first_bytes[48] = {[0 ... 31] = 0xFF};

TARGET_INLINE __m128i first_digits(number_bytes bytes, const uint8_t *digits,
                                   uint32_t whole_count) {
  (void)bytes;
  __m128i whole = _mm_loadu_si128((const __m128i *)digits);
  __m128i behind = _mm_loadu_si128((const __m128i *)(digits + 1));
  __m128i is_whole = _mm_loadu_si128((const __m128i *)(first_bytes + 32 - whole_count));
  return _mm_sub_epi8(_mm_blendv_epi8(behind, whole, is_whole), _mm_set1_epi8('0'));
}

#endif
