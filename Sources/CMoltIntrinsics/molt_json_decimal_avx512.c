// Numbers with AVX-512: all digits at once, wherever their point is.
#include "molt_json_scan.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET                                                                         \
  __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt,avx512f,avx512bw,avx512vl,avx512vbmi," \
                        "avx512vbmi2")))

// What may stand behind a number: white space, a comma or a closing bracket.
static const uint8_t may_follow[256] = {
    ['\t'] = 1, ['\n'] = 1, ['\r'] = 1, [' '] = 1, [','] = 1, [']'] = 1, ['}'] = 1,
};

// 32 digits of one byte each as four numbers of eight digits; the first is known to be 0.
//
// Neighbours are joined three times: digits to numbers of two, those to four, those to eight.
TARGET static inline uint64_t join_digits(__m256i digits) {
  __m256i twos = _mm256_maddubs_epi16(digits, _mm256_set1_epi16(1 << 8 | 10));
  __m256i fours = _mm256_madd_epi16(twos, _mm256_set1_epi32(1 << 16 | 100));
  fours = _mm256_packus_epi32(fours, fours);
  __m256i eights = _mm256_madd_epi16(fours, _mm256_set1_epi32(1 << 16 | 10000));
  uint64_t upper = (uint64_t)_mm_cvtsi128_si64(_mm256_castsi256_si128(eights)) >> 32;
  uint64_t lower = (uint64_t)_mm_cvtsi128_si64(_mm256_extracti128_si256(eights, 1));
  return (upper * 100000000 + (lower & 0xFFFFFFFF)) * 100000000 + (lower >> 32);
}

// -65.613616    digits at 1, 2 and 4 to 9; without the point and moved to the end of the vector
//               they are 00...0065613616
TARGET molt_json_decimal molt_json_decimal_avx512(const uint8_t *start) {
  const molt_json_decimal none = {0, 0, 0};
  uint32_t sign = *start == '-';
  const uint8_t *first = start + sign;
  __m256i bytes = _mm256_sub_epi8(_mm256_loadu_si256((const __m256i *)first),
                                  _mm256_set1_epi8('0'));
  uint32_t is_digit = _mm256_cmplt_epu8_mask(bytes, _mm256_set1_epi8(10));
  uint32_t whole = _tzcnt_u32(~is_digit), fraction = 0, end = whole;
  if (first[whole & 31] == '.') {
    fraction = _tzcnt_u32(~(is_digit >> 1 >> (whole & 31)));
    if (fraction == 0) return none;
    end += 1 + fraction;
  }
  uint32_t count = whole + fraction;
  if (whole == 0 || count > 19 || !may_follow[first[end]]) return none;
  if (*first == '0' && whole > 1) return none;
  __m256i digits = _mm256_maskz_compress_epi8(_bzhi_u32(is_digit, end), bytes);
  digits = _mm256_maskz_expand_epi8(~(uint32_t)0 << (32 - count), digits);
  return (molt_json_decimal){join_digits(digits), sign + end, fraction};
}
#else
molt_json_decimal molt_json_decimal_avx512(const uint8_t *start) {
  (void)start;
  return (molt_json_decimal){0, 0, 0};
}
#endif
