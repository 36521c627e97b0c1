// Argon2's compression function (RFC 9106, section 3.5).
//
// A block is a matrix of 8 rows of 16 words. The permutation P, one round of BLAKE2b with a
// multiplication, goes over each row, and then over each column, which is two words wide. Inside P
// the 16 words are a matrix of 4 by 4, whose columns and then diagonals go through G. A vector of
// four words is a row of that small matrix, so that one G over vectors makes four columns at once;
// rotating the rows makes columns of the diagonals.
#include "molt_auth.h"
#include "molt_digests.h"

#define MOLT_INLINE static inline __attribute__((always_inline))

enum { WORDS = 128 };

MOLT_INLINE uint64_t rotate_right64(uint64_t word, int count) {
  return word >> count | word << (64 - count);
}

MOLT_INLINE uint64_t multiply_add(uint64_t x, uint64_t y) {
  return x + y + 2 * (uint64_t)(uint32_t)x * (uint32_t)y;
}

#define HALF_G(a, b, c, d, first, second) \
  a = multiply_add(a, b), d = rotate_right64(d ^ a, first); \
  c = multiply_add(c, d), b = rotate_right64(b ^ c, second)

#define G(a, b, c, d) HALF_G(a, b, c, d, 32, 24), HALF_G(a, b, c, d, 16, 63)

// P over the words at `v`, in pairs that are `stride` words apart.
MOLT_INLINE void permute(uint64_t *v, const int stride) {
#define WORD(k) v[(k) / 2 * stride + (k) % 2]
#define COLUMN(a, b, c, d) G(WORD(a), WORD(b), WORD(c), WORD(d))
  COLUMN(0, 4, 8, 12);
  COLUMN(1, 5, 9, 13);
  COLUMN(2, 6, 10, 14);
  COLUMN(3, 7, 11, 15);
  COLUMN(0, 5, 10, 15);
  COLUMN(1, 6, 11, 12);
  COLUMN(2, 7, 8, 13);
  COLUMN(3, 4, 9, 14);
}

static void compress_portable(uint64_t *next, const uint64_t *previous, const uint64_t *reference,
                              _Bool accumulate) {
  uint64_t sum[WORDS], state[WORDS];
  for (int i = 0; i < WORDS; i++) state[i] = previous[i] ^ reference[i];
  for (int i = 0; i < WORDS; i++) sum[i] = accumulate ? state[i] ^ next[i] : state[i];
  for (int row = 0; row < 8; row++) permute(state + 16 * row, 2);
  for (int column = 0; column < 8; column++) permute(state + 2 * column, 16);
  for (int i = 0; i < WORDS; i++) next[i] = sum[i] ^ state[i];
}

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET_AVX2 __attribute__((target("avx2")))
#define INLINE_AVX2 static inline __attribute__((always_inline, target("avx2")))

INLINE_AVX2 __m256i multiply_add256(__m256i x, __m256i y) {
  __m256i product = _mm256_mul_epu32(x, y);
  return _mm256_add_epi64(_mm256_add_epi64(x, y), _mm256_add_epi64(product, product));
}

INLINE_AVX2 __m256i rotate256(__m256i x, const int count) {
  if (count == 32) return _mm256_shuffle_epi32(x, 0xB1);
  if (count == 63) return _mm256_or_si256(_mm256_srli_epi64(x, 63), _mm256_add_epi64(x, x));
  const __m256i by24 = _mm256_broadcastsi128_si256(
      _mm_set_epi64x(0x0a09080f0e0d0c0bLL, 0x0201000706050403LL));
  const __m256i by16 = _mm256_broadcastsi128_si256(
      _mm_set_epi64x(0x09080f0e0d0c0b0aLL, 0x0100070605040302LL));
  return _mm256_shuffle_epi8(x, count == 24 ? by24 : by16);
}

// One step of G over two independent matrices, whose rows are v[0...3] and v[4...7].
INLINE_AVX2 void half_g256(__m256i *v, const int first, const int second) {
  v[0] = multiply_add256(v[0], v[1]), v[4] = multiply_add256(v[4], v[5]);
  v[3] = rotate256(_mm256_xor_si256(v[3], v[0]), first);
  v[7] = rotate256(_mm256_xor_si256(v[7], v[4]), first);
  v[2] = multiply_add256(v[2], v[3]), v[6] = multiply_add256(v[6], v[7]);
  v[1] = rotate256(_mm256_xor_si256(v[1], v[2]), second);
  v[5] = rotate256(_mm256_xor_si256(v[5], v[6]), second);
}

INLINE_AVX2 void permute256(__m256i *v) {
  half_g256(v, 32, 24);
  half_g256(v, 16, 63);
  for (int i = 0; i < 8; i += 4) {
    v[i + 1] = _mm256_permute4x64_epi64(v[i + 1], 0x39);
    v[i + 2] = _mm256_permute4x64_epi64(v[i + 2], 0x4E);
    v[i + 3] = _mm256_permute4x64_epi64(v[i + 3], 0x93);
  }
  half_g256(v, 32, 24);
  half_g256(v, 16, 63);
  for (int i = 0; i < 8; i += 4) {
    v[i + 1] = _mm256_permute4x64_epi64(v[i + 1], 0x93);
    v[i + 2] = _mm256_permute4x64_epi64(v[i + 2], 0x4E);
    v[i + 3] = _mm256_permute4x64_epi64(v[i + 3], 0x39);
  }
}

TARGET_AVX2 static void compress_avx2(uint64_t *next, const uint64_t *previous,
                                      const uint64_t *reference, _Bool accumulate) {
  __m256i state[32], v[8];
  __m256i *target = (__m256i *)next;
  const __m256i *left = (const __m256i *)previous, *right = (const __m256i *)reference;
  // Two rows at a time, four vectors each.
  for (int row = 0; row < 8; row += 2) {
    for (int i = 0; i < 8; i++) {
      v[i] = _mm256_xor_si256(_mm256_loadu_si256(left + 4 * row + i),
                              _mm256_loadu_si256(right + 4 * row + i));
    }
    permute256(v);
    for (int i = 0; i < 8; i++) state[4 * row + i] = v[i];
  }
  // Two columns at a time: each vector has two words of either.
  for (int column = 0; column < 4; column++) {
    for (int i = 0; i < 4; i++) {
      __m256i even = state[8 * i + column], odd = state[8 * i + 4 + column];
      v[i] = _mm256_permute2x128_si256(even, odd, 0x20);
      v[4 + i] = _mm256_permute2x128_si256(even, odd, 0x31);
    }
    permute256(v);
    for (int i = 0; i < 4; i++) {
      for (int half = 0; half < 2; half++) {
        int place = 8 * i + 4 * half + column;
        __m256i word = half ? _mm256_permute2x128_si256(v[i], v[4 + i], 0x31)
                            : _mm256_permute2x128_si256(v[i], v[4 + i], 0x20);
        word = _mm256_xor_si256(word, _mm256_loadu_si256(left + place));
        word = _mm256_xor_si256(word, _mm256_loadu_si256(right + place));
        if (accumulate) word = _mm256_xor_si256(word, _mm256_loadu_si256(target + place));
        _mm256_storeu_si256(target + place, word);
      }
    }
  }
}

#define TARGET_512 __attribute__((target("avx512f,avx512vl")))
#define INLINE_512 static inline __attribute__((always_inline, target("avx512f,avx512vl")))

INLINE_512 __m512i multiply_add512(__m512i x, __m512i y) {
  __m512i product = _mm512_mul_epu32(x, y);
  return _mm512_add_epi64(_mm512_add_epi64(x, y), _mm512_add_epi64(product, product));
}

// The whole block is in registers: a[i], b[i], c[i] and d[i] are the rows of two small matrices.
#define STEP_512(x, y, z, count) \
  for (int i = 0; i < 4; i++) x[i] = multiply_add512(x[i], y[i]); \
  for (int i = 0; i < 4; i++) z[i] = _mm512_ror_epi64(_mm512_xor_si512(z[i], x[i]), count)

#define G_512(a, b, c, d) \
  do { \
    STEP_512(a, b, d, 32); \
    STEP_512(c, d, b, 24); \
    STEP_512(a, b, d, 16); \
    STEP_512(c, d, b, 63); \
  } while (0)

#define ROTATE_512(x, order) \
  for (int i = 0; i < 4; i++) x[i] = _mm512_permutex_epi64(x[i], order)

INLINE_512 void permute512(__m512i *a, __m512i *b, __m512i *c, __m512i *d) {
  G_512(a, b, c, d);
  ROTATE_512(b, 0x39);
  ROTATE_512(c, 0x4E);
  ROTATE_512(d, 0x93);
  G_512(a, b, c, d);
  ROTATE_512(b, 0x93);
  ROTATE_512(c, 0x4E);
  ROTATE_512(d, 0x39);
}

INLINE_512 __m512i load_rows(const uint64_t *previous, const uint64_t *reference, int row, int i) {
  const __m256i *left = (const __m256i *)(previous + 16 * row) + i;
  const __m256i *right = (const __m256i *)(reference + 16 * row) + i;
  __m256i even = _mm256_xor_si256(_mm256_loadu_si256(left), _mm256_loadu_si256(right));
  __m256i odd = _mm256_xor_si256(_mm256_loadu_si256(left + 4), _mm256_loadu_si256(right + 4));
  return _mm512_inserti64x4(_mm512_castsi256_si512(even), odd, 1);
}

TARGET_512 static void compress_avx512(uint64_t *next, const uint64_t *previous,
                                       const uint64_t *reference, _Bool accumulate) {
  __m512i a[4], b[4], c[4], d[4];
  for (int i = 0; i < 4; i++) {
    a[i] = load_rows(previous, reference, 2 * i, 0);
    b[i] = load_rows(previous, reference, 2 * i, 1);
    c[i] = load_rows(previous, reference, 2 * i, 2);
    d[i] = load_rows(previous, reference, 2 * i, 3);
  }
  permute512(a, b, c, d);
  // Quarter q of vector i of `a` is two words of row 2 i + q / 2 and of column q % 2. In the
  // columns' matrices vectors i of a, b, c, d become vectors 0...3 of the i-th row.
  __m512i columns[4][4];
#define MIDDLE_SWAPPED(x) _mm512_shuffle_i64x2(x, x, 0xD8)
  for (int i = 0; i < 4; i++) {
    columns[i][0] = MIDDLE_SWAPPED(a[i]);
    columns[i][1] = MIDDLE_SWAPPED(b[i]);
    columns[i][2] = MIDDLE_SWAPPED(c[i]);
    columns[i][3] = MIDDLE_SWAPPED(d[i]);
  }
  permute512(columns[0], columns[1], columns[2], columns[3]);
  for (int i = 0; i < 4; i++) {
    for (int k = 0; k < 4; k++) {
      __m512i word = MIDDLE_SWAPPED(columns[i][k]);
      for (int half = 0; half < 2; half++) {
        size_t place = 16 * (size_t)(2 * i + half) + 4 * (size_t)k;
        __m256i part = half ? _mm512_extracti64x4_epi64(word, 1) : _mm512_castsi512_si256(word);
        part = _mm256_xor_si256(part, _mm256_loadu_si256((const __m256i *)(previous + place)));
        part = _mm256_xor_si256(part, _mm256_loadu_si256((const __m256i *)(reference + place)));
        __m256i *target = (__m256i *)(next + place);
        if (accumulate) part = _mm256_xor_si256(part, _mm256_loadu_si256(target));
        _mm256_storeu_si256(target, part);
      }
    }
  }
}
#endif

void molt_argon2_compress(uint64_t *next, const uint64_t *previous, const uint64_t *reference,
                          _Bool accumulate, uint32_t features) {
#if defined(__x86_64__)
  if (features & MOLT_CPU_AVX512) {
    compress_avx512(next, previous, reference, accumulate);
    return;
  }
  if (features & MOLT_CPU_AVX2) {
    compress_avx2(next, previous, reference, accumulate);
    return;
  }
#endif
  (void)features;
  compress_portable(next, previous, reference, accumulate);
}
