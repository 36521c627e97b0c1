// Numbers of JSON with AVX-512 (BW, VL, VBMI2): what is no digit is pressed out.
#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET                                                                            \
  __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt,avx512f,avx512bw,avx512vl,avx512vbmi," \
                        "avx512vbmi2")))
#define TARGET_INLINE TARGET static inline __attribute__((always_inline))

#include "molt_json_numbers.h"

typedef struct {
  uint32_t digit, point;
  __m256i digits;
} number_bytes;

TARGET_INLINE number_bytes load_number(const uint8_t *start) {
  __m256i bytes = _mm256_loadu_si256((const __m256i *)start);
  __m256i values = _mm256_sub_epi8(bytes, _mm256_set1_epi8('0'));
  __mmask32 digit = _mm256_cmplt_epu8_mask(values, _mm256_set1_epi8(10));
  // Those of numbers behind this one come behind its own.
  return (number_bytes){_cvtmask32_u32(digit),
                        _mm256_cmpeq_epi8_mask(bytes, _mm256_set1_epi8('.')),
                        _mm256_maskz_compress_epi8(digit, values)};
}

TARGET_INLINE __m128i first_digits(number_bytes bytes, const uint8_t *digits,
                                   uint32_t whole_count) {
  (void)digits, (void)whole_count;
  return _mm256_castsi256_si128(bytes.digits);
}

#include "molt_json_number_runs.h"

TARGET molt_json_numbers molt_json_read_numbers_avx512(const uint8_t *input, size_t count,
                                                       const uint32_t *next,
                                                       const uint32_t *limit, uint64_t *out) {
  return read_numbers(input, count, next, limit, out);
}

TARGET molt_json_decimal molt_json_read_decimal_avx512(const uint8_t *start) {
  return read_decimal(start);
}
#endif
