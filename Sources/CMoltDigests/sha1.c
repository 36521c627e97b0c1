// SHA-1 and the inner loop of PBKDF2 with it.
#include "bytes.h"
#include "molt_digests.h"
#include "vectors.h"

// Behind a digest of 20 bytes, which follows a key of one block: the bit that ends the message and
// its length in bits.
enum { END_BIT = 0x80000000u, BITS = (64 + 20) * 8 };

MOLT_INLINE uint32_t chosen(int i, uint32_t b, uint32_t c, uint32_t d) {
  if (i < 20) return (d ^ (b & (c ^ d))) + 0x5a827999;
  if (i < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (i < 60) return ((b & c) | (d & (b | c))) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}

MOLT_INLINE void compress(uint32_t state[5], const uint32_t words[16]) {
  uint32_t w[80];
  for (int i = 0; i < 16; i++) w[i] = words[i];
  for (int i = 16; i < 80; i++) {
    w[i] = rotate_left32(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
  }
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3], e = state[4];
#pragma clang loop unroll(full)
  for (int i = 0; i < 80; i++) {
    uint32_t next = rotate_left32(a, 5) + chosen(i, b, c, d) + e + w[i];
    e = d, d = c, c = rotate_left32(b, 30), b = a, a = next;
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d, state[4] += e;
}

static void blocks_portable(uint32_t state[5], const uint8_t *blocks, size_t count) {
  for (; count > 0; count--, blocks += 64) {
    uint32_t words[16];
    for (int i = 0; i < 16; i++) words[i] = load_big32(blocks + 4 * i);
    compress(state, words);
  }
}

static void iterate_portable(molt_pbkdf2_sha1 *block, uint64_t iterations) {
  uint32_t words[16] = {[5] = END_BIT, [15] = BITS}, state[5];
  memcpy(words, block->round, 20);
  for (; iterations > 0; iterations--) {
    memcpy(state, block->inner, 20);
    compress(state, words);
    memcpy(words, state, 20);
    memcpy(state, block->outer, 20);
    compress(state, words);
    memcpy(words, state, 20);
    for (int i = 0; i < 5; i++) block->sum[i] ^= state[i];
  }
  memcpy(block->round, words, 20);
  molt_wipe(words, sizeof words);
}

#if defined(__x86_64__)

// The first of the words a b c d in the highest place; `e` in the highest place of its own vector.
typedef struct {
  __m128i abcd, e;
} words5;

INLINE_SHA words5 load_words5(const uint32_t state[5]) {
  __m128i abcd = _mm_loadu_si128((const __m128i *)state);
  return (words5){_mm_shuffle_epi32(abcd, 0x1B), _mm_set_epi32((int)state[4], 0, 0, 0)};
}

INLINE_SHA void store_words5(words5 state, uint32_t words[5]) {
  _mm_storeu_si128((__m128i *)words, _mm_shuffle_epi32(state.abcd, 0x1B));
  words[4] = (uint32_t)_mm_extract_epi32(state.e, 3);
}

INLINE_SHA __m128i four_rounds(__m128i abcd, __m128i e, const int i) {
  if (i < 5) return _mm_sha1rnds4_epu32(abcd, e, 0);
  if (i < 10) return _mm_sha1rnds4_epu32(abcd, e, 1);
  if (i < 15) return _mm_sha1rnds4_epu32(abcd, e, 2);
  return _mm_sha1rnds4_epu32(abcd, e, 3);
}

// Compresses a block, whose words stand highest first, into each of `lanes` states; `words` is
// used up.
INLINE_SHA void compress_sha(words5 *state, __m128i (*words)[4], const int lanes) {
  words5 start[2];
  __m128i before[2];
  for (int lane = 0; lane < lanes; lane++) start[lane] = state[lane];
#pragma clang loop unroll(full)
  for (int i = 0; i < 20; i++) {
#pragma clang loop unroll(full)
    for (int lane = 0; lane < lanes; lane++) {
      __m128i *w = words[lane], abcd = state[lane].abcd, sum;
      // The word e of these rounds comes from the a of four rounds ago, but for the first.
      sum = i == 0 ? _mm_add_epi32(state[lane].e, w[0])
                   : _mm_sha1nexte_epu32(before[lane], w[i & 3]);
      before[lane] = abcd;
      state[lane].abcd = four_rounds(abcd, sum, i);
      if (i < 16) {
        __m128i next = _mm_sha1msg1_epu32(w[i & 3], w[(i + 1) & 3]);
        next = _mm_xor_si128(next, w[(i + 2) & 3]);
        w[i & 3] = _mm_sha1msg2_epu32(next, w[(i + 3) & 3]);
      }
    }
  }
  for (int lane = 0; lane < lanes; lane++) {
    state[lane].e = _mm_sha1nexte_epu32(before[lane], start[lane].e);
    state[lane].abcd = _mm_add_epi32(state[lane].abcd, start[lane].abcd);
  }
}

TARGET_SHA static void blocks_sha(uint32_t state[5], const uint8_t *blocks, size_t count) {
  const __m128i swap = _mm_set_epi64x(0x0001020304050607LL, 0x08090a0b0c0d0e0fLL);
  words5 current = load_words5(state);
  for (; count > 0; count--, blocks += 64) {
    __m128i words[1][4];
    for (int i = 0; i < 4; i++) {
      words[0][i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(blocks + 16 * i)), swap);
    }
    compress_sha(&current, words, 1);
  }
  store_words5(current, state);
}

INLINE_SHA void iterate_lanes(molt_pbkdf2_sha1 *blocks, uint64_t iterations, const int lanes) {
  const __m128i end = _mm_set_epi32(0, (int)END_BIT, 0, 0), bits = _mm_set_epi32(0, 0, 0, BITS);
  words5 inner[2], outer[2], sum[2], state[2];
  __m128i words[2][4];
  for (int lane = 0; lane < lanes; lane++) {
    inner[lane] = load_words5(blocks[lane].inner);
    outer[lane] = load_words5(blocks[lane].outer);
    state[lane] = load_words5(blocks[lane].round);
    sum[lane] = load_words5(blocks[lane].sum);
  }
  for (; iterations > 0; iterations--) {
    for (int half = 0; half < 2; half++) {
      for (int lane = 0; lane < lanes; lane++) {
        words[lane][0] = state[lane].abcd;
        words[lane][1] = _mm_or_si128(state[lane].e, end);
        words[lane][2] = _mm_setzero_si128();
        words[lane][3] = bits;
        state[lane] = half == 0 ? inner[lane] : outer[lane];
      }
      compress_sha(state, words, lanes);
    }
    for (int lane = 0; lane < lanes; lane++) {
      sum[lane].abcd = _mm_xor_si128(sum[lane].abcd, state[lane].abcd);
      sum[lane].e = _mm_xor_si128(sum[lane].e, state[lane].e);
    }
  }
  for (int lane = 0; lane < lanes; lane++) {
    store_words5(state[lane], blocks[lane].round);
    store_words5(sum[lane], blocks[lane].sum);
  }
}

TARGET_SHA static void iterate_one(molt_pbkdf2_sha1 *block, uint64_t iterations) {
  iterate_lanes(block, iterations, 1);
}

TARGET_SHA static void iterate_two(molt_pbkdf2_sha1 *blocks, uint64_t iterations) {
  iterate_lanes(blocks, iterations, 2);
}
#endif

void molt_sha1_blocks(uint32_t state[5], const uint8_t *blocks, size_t count, uint32_t features) {
#if defined(__x86_64__)
  if (features & MOLT_CPU_SHA) {
    clean_upper_halves();
    blocks_sha(state, blocks, count);
    return;
  }
#endif
  (void)features;
  blocks_portable(state, blocks, count);
}

void molt_pbkdf2_sha1_iterate(molt_pbkdf2_sha1 *blocks, size_t lanes, uint64_t iterations,
                              uint32_t features) {
#if defined(__x86_64__)
  if (features & MOLT_CPU_SHA) {
    clean_upper_halves();
    for (; lanes >= 2; lanes -= 2, blocks += 2) iterate_two(blocks, iterations);
    if (lanes > 0) iterate_one(blocks, iterations);
    return;
  }
#endif
  (void)features;
  for (; lanes > 0; lanes--, blocks++) iterate_portable(blocks, iterations);
}
