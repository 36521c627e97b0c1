#include "molt_double_text.h"

static uint32_t store_anywhere(uint64_t bits, int notation, uint8_t *output) {
  return molt_store_one(bits, notation, output, molt_sixteen_digits);
}

static uint32_t store_two_anywhere(uint64_t first, uint64_t second, int notation, uint32_t gap,
                                   uint8_t *output) {
  return molt_store_both(first, second, notation, gap, output, molt_sixteen_digits);
}

static const molt_double_path anywhere = {store_anywhere, store_two_anywhere};

uint32_t molt_store_decimal(uint64_t leading, uint64_t last, int point, int notation,
                            uint8_t *output) {
  return molt_lay_out(molt_sixteen_digits(leading), last, point, notation, output);
}

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX512                                                                             \
  __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt,avx512f,avx512bw,avx512vl,avx512vbmi," \
                        "avx512ifma")))

// Eight digits in two steps: multiplied with 2^52 / 10^n, the lower 52 bits of a number are its
// last n digits as a fraction; the upper bits of ten times that are the first of them.
//
// Rounded up, the factors make fractions too large by less than a unit of the last digit. That of
// 10^8 would not: it is rounded down, and what numbers below 10^8 lose at most is added.
AVX512 static inline __m512i eight_digits_avx512(uint64_t value) {
  const __m512i factors = _mm512_set_epi64(450359962737050, 45035996273705, 4503599627371,
                                           450359962738, 45035996274, 4503599628, 450359963,
                                           45035996);
  const __m512i lost = _mm512_set_epi64(0, 0, 0, 0, 0, 0, 0, 27370496);
  __m512i fractions = _mm512_madd52lo_epu64(lost, _mm512_set1_epi64((long long)value), factors);
  return _mm512_madd52hi_epu64(_mm512_setzero_si512(), fractions, _mm512_set1_epi64(10));
}

AVX512 static inline molt_digits sixteen_digits_avx512(uint64_t value) {
  uint64_t high = value / 100000000;
  __m512i upper = eight_digits_avx512(high), lower = eight_digits_avx512(value - high * 100000000);
  const __m512i lowest_bytes = _mm512_castsi128_si512(
      _mm_setr_epi8(0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120));
  return _mm512_castsi512_si128(_mm512_permutex2var_epi8(upper, lowest_bytes, lower));
}

AVX512 static uint32_t store_avx512(uint64_t bits, int notation, uint8_t *output) {
  return molt_store_one(bits, notation, output, sixteen_digits_avx512);
}

AVX512 static uint32_t store_two_avx512(uint64_t first, uint64_t second, int notation,
                                        uint32_t gap, uint8_t *output) {
  return molt_store_both(first, second, notation, gap, output, sixteen_digits_avx512);
}

static const molt_double_path avx512 = {store_avx512, store_two_avx512};

static _Bool has_avx512(void) {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("lzcnt") &&
         __builtin_cpu_supports("popcnt") && __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi") &&
         __builtin_cpu_supports("avx512ifma");
}
#endif

const molt_double_path *molt_double_path_at(int index) {
#if defined(__x86_64__)
  if (index == 1) return has_avx512() ? &avx512 : 0;
#endif
  return index == 0 ? &anywhere : 0;
}

static const molt_double_path *choose_path(void) {
  const molt_double_path *path = 0;
  for (int index = MOLT_DOUBLE_PATH_COUNT - 1; !path; index -= 1) path = molt_double_path_at(index);
  __atomic_store_n(&molt_double_best_path, path, __ATOMIC_RELAXED);
  return path;
}

static uint32_t choose_and_store(uint64_t bits, int notation, uint8_t *output) {
  return choose_path()->store(bits, notation, output);
}

static uint32_t choose_and_store_two(uint64_t first, uint64_t second, int notation, uint32_t gap,
                                     uint8_t *output) {
  return choose_path()->store_two(first, second, notation, gap, output);
}

// Stands in for the best path until the first call has found out which that is.
static const molt_double_path unknown = {choose_and_store, choose_and_store_two};
const molt_double_path *molt_double_best_path = &unknown;
