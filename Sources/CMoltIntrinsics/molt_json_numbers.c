#include "molt_json_numbers.h"

#if defined(__x86_64__)
molt_json_numbers molt_json_read_numbers_avx2(const uint8_t *, size_t, const uint32_t *,
                                              const uint32_t *, uint64_t *);
molt_json_numbers molt_json_read_numbers_avx512(const uint8_t *, size_t, const uint32_t *,
                                                const uint32_t *, uint64_t *);
#endif

molt_json_numbers molt_json_read_numbers(molt_json_path path, const uint8_t *input, size_t count,
                                         const uint32_t *next, const uint32_t *limit,
                                         uint64_t *out) {
#if defined(__x86_64__)
  if (path == MOLT_JSON_AVX512)
    return molt_json_read_numbers_avx512(input, count, next, limit, out);
  if (path == MOLT_JSON_AVX2)
    return molt_json_read_numbers_avx2(input, count, next, limit, out);
#endif
  (void)path, (void)input, (void)count, (void)limit;
  return (molt_json_numbers){next, out};
}
