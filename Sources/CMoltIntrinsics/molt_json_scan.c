#include "molt_json_masks.h"

uint32_t *molt_json_scan_portable(molt_json_scan *, const uint8_t *, size_t, uint32_t, uint32_t *);
#if defined(__x86_64__)
uint32_t *molt_json_scan_avx2(molt_json_scan *, const uint8_t *, size_t, uint32_t, uint32_t *);
uint32_t *molt_json_scan_avx512(molt_json_scan *, const uint8_t *, size_t, uint32_t, uint32_t *);
#endif

molt_json_path molt_json_best_path(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  _Bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                   __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("pclmul") &&
                   __builtin_cpu_supports("lzcnt") && __builtin_cpu_supports("popcnt");
  if (has_avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2") &&
      __builtin_cpu_supports("avx512vpopcntdq") && __builtin_cpu_supports("vpclmulqdq") &&
      __builtin_cpu_supports("gfni"))
    return MOLT_JSON_AVX512;
  if (has_avx2) return MOLT_JSON_AVX2;
#endif
  return MOLT_JSON_PORTABLE;
}

uint32_t *molt_json_scan_blocks(molt_json_path path, molt_json_scan *scan, const uint8_t *input,
                                size_t block_count, uint32_t offset, uint32_t *entries) {
#if defined(__x86_64__)
  if (path == MOLT_JSON_AVX512)
    return molt_json_scan_avx512(scan, input, block_count, offset, entries);
  if (path == MOLT_JSON_AVX2)
    return molt_json_scan_avx2(scan, input, block_count, offset, entries);
#endif
  (void)path;
  return molt_json_scan_portable(scan, input, block_count, offset, entries);
}
