// Numbers of JSON with AVX2.
#if defined(__x86_64__)
#include "molt_digits_avx2.h"

#include "molt_json_number_runs.h"

TARGET molt_json_numbers molt_json_read_numbers_avx2(const uint8_t *input, size_t count,
                                                     const uint32_t *next, const uint32_t *limit,
                                                     uint64_t *out) {
  return read_numbers(input, count, next, limit, out);
}

TARGET molt_json_decimal molt_json_read_decimal_avx2(const uint8_t *start) {
  return read_decimal(start);
}
#endif
