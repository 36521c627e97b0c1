// scrypt's mixing with Salsa20/8 (RFC 7914, sections 3 to 5).
//
// Salsa20 works on a matrix of 4 by 4 words. Its diagonals are kept in four vectors, so that a
// vector step makes four quarter-steps, and rotating the vectors makes rows of the columns. The
// words of a block are brought into that order once before and once after the mixing, which does
// not care.
//
// One chain of such steps waits for each result; so several independent lanes are interleaved.
#include "molt_auth.h"
#include "molt_digests.h"

#define MOLT_INLINE static inline __attribute__((always_inline))

typedef uint32_t vector __attribute__((vector_size(16)));

// Place k of a vectors' order holds word `diagonal[k]`: the i-th word of diagonal j is 5 i - 4 j.
static const uint8_t diagonal[16] = {0, 5, 10, 15, 4, 9, 14, 3, 8, 13, 2, 7, 12, 1, 6, 11};

// A block of 64 bytes of each of `lanes` lanes.
typedef struct {
  vector rows[4][4];
} wide;

#define STEP(into, x, y, count) \
  for (int lane = 0; lane < lanes; lane++) { \
    vector sum = s.rows[lane][x] + s.rows[lane][y]; \
    s.rows[lane][into] ^= sum << count | sum >> (32 - count); \
  }

// Salsa20/8 of `block` xor `input`, with the result in `block`.
MOLT_INLINE void salsa(wide *block, const int lanes) {
  wide s = *block;
#pragma clang loop unroll(disable)
  for (int round = 0; round < 8; round += 1) {
    STEP(1, 0, 3, 7)
    STEP(2, 1, 0, 9)
    STEP(3, 2, 1, 13)
    STEP(0, 3, 2, 18)
    // The next round is over rows: the diagonals turn, and the first and the last change places.
    for (int lane = 0; lane < lanes; lane++) {
      vector *row = s.rows[lane], old = row[1];
      row[1] = __builtin_shufflevector(row[3], row[3], 1, 2, 3, 0);
      row[2] = __builtin_shufflevector(row[2], row[2], 2, 3, 0, 1);
      row[3] = __builtin_shufflevector(old, old, 3, 0, 1, 2);
    }
  }
  for (int lane = 0; lane < lanes; lane++) {
    for (int i = 0; i < 4; i++) block->rows[lane][i] += s.rows[lane][i];
  }
}

// BlockMix: `source` (xor `other`, where there is one) of each lane is mixed into `target`.
MOLT_INLINE void mix(vector *const *source, const vector *const *other, vector *const *target,
                     size_t r, const int lanes) {
  wide x;
  for (int lane = 0; lane < lanes; lane++) {
    for (int i = 0; i < 4; i++) {
      size_t place = 4 * (2 * r - 1) + (size_t)i;
      x.rows[lane][i] = source[lane][place];
      if (other) x.rows[lane][i] ^= other[lane][place];
    }
  }
  for (size_t block = 0; block < 2 * r; block++) {
    // Even blocks go to the front half, odd ones to the back half.
    size_t from = 4 * block, to = 4 * (block / 2 + block % 2 * r);
    for (int lane = 0; lane < lanes; lane++) {
      for (int i = 0; i < 4; i++) {
        x.rows[lane][i] ^= source[lane][from + (size_t)i];
        if (other) x.rows[lane][i] ^= other[lane][from + (size_t)i];
      }
    }
    salsa(&x, lanes);
    for (int lane = 0; lane < lanes; lane++) {
      for (int i = 0; i < 4; i++) target[lane][to + (size_t)i] = x.rows[lane][i];
    }
  }
}

// The words of a block, in or out of the order of the diagonals.
static void reorder(uint32_t *to, const uint32_t *from, size_t r, _Bool into) {
  for (size_t start = 0; start < 32 * r; start += 16) {
    for (size_t k = 0; k < 16; k++) {
      if (into) {
        to[start + k] = from[start + diagonal[k]];
      } else {
        to[start + diagonal[k]] = from[start + k];
      }
    }
  }
}

MOLT_INLINE void mix_lanes(uint32_t *blocks, uint32_t *memory, uint32_t *scratch, size_t r,
                           uint64_t n, const int lanes) {
  const size_t count = 8 * r;  // vectors in a block
  vector *x[4], *y[4], *v[4];
  for (int lane = 0; lane < lanes; lane++) {
    x[lane] = (vector *)scratch + 2 * count * (size_t)lane;
    y[lane] = x[lane] + count;
    v[lane] = (vector *)memory + count * n * (size_t)lane;
    reorder((uint32_t *)v[lane], blocks + 32 * r * (size_t)lane, r, 1);
  }
  // Each mixing writes the next block of the memory, the last one the state.
  for (uint64_t i = 0; i + 1 < n; i++) {
    vector *from[4], *to[4];
    for (int lane = 0; lane < lanes; lane++) {
      from[lane] = v[lane] + count * i;
      to[lane] = from[lane] + count;
    }
    mix(from, NULL, to, r, lanes);
  }
  vector *last[4];
  for (int lane = 0; lane < lanes; lane++) last[lane] = v[lane] + count * (n - 1);
  mix(last, NULL, x, r, lanes);
  for (uint64_t i = 0; i < n; i += 2) {
    const vector *chosen[4];
    for (int half = 0; half < 2; half++) {
      vector **from = half ? y : x, **to = half ? x : y;
      for (int lane = 0; lane < lanes; lane++) {
        // The first 64 bits of the last 64 bytes: words 0 and 1, of which 1 stands at place 13.
        const uint32_t *words = (const uint32_t *)(from[lane] + count - 4);
        uint64_t index = (words[0] | (uint64_t)words[13] << 32) & (n - 1);
        chosen[lane] = v[lane] + count * index;
      }
      mix(from, chosen, to, r, lanes);
    }
  }
  for (int lane = 0; lane < lanes; lane++) {
    reorder(blocks + 32 * r * (size_t)lane, (const uint32_t *)x[lane], r, 0);
  }
}

// In vectors of 16 bytes, which every processor has; AVX2 would add nothing.
static void mix_portable(uint32_t *blocks, uint32_t *memory, uint32_t *scratch, size_t r,
                         uint64_t n, size_t lanes) {
  if (lanes == 4) return mix_lanes(blocks, memory, scratch, r, n, 4);
  if (lanes == 2) return mix_lanes(blocks, memory, scratch, r, n, 2);
  mix_lanes(blocks, memory, scratch, r, n, 1);
}

#if defined(__x86_64__)
// A rotation is one instruction, and there are registers for four lanes.
__attribute__((target("avx512f,avx512vl"))) static void mix_avx512(uint32_t *blocks,
                                                                   uint32_t *memory,
                                                                   uint32_t *scratch, size_t r,
                                                                   uint64_t n, size_t lanes) {
  if (lanes == 4) return mix_lanes(blocks, memory, scratch, r, n, 4);
  if (lanes == 2) return mix_lanes(blocks, memory, scratch, r, n, 2);
  mix_lanes(blocks, memory, scratch, r, n, 1);
}
#endif

void molt_scrypt_mix(uint32_t *blocks, uint32_t *memory, uint32_t *scratch, size_t r, uint64_t n,
                     size_t lanes, uint32_t features) {
#if defined(__x86_64__)
  if (features & MOLT_CPU_AVX512) return mix_avx512(blocks, memory, scratch, r, n, lanes);
#endif
  (void)features;
  mix_portable(blocks, memory, scratch, r, n, lanes);
}
