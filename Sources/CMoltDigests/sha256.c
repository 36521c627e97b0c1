// SHA-256 and the inner loop of PBKDF2 with it.
//
// The loop of PBKDF2 compresses two blocks per iteration, each a digest of eight words and the same
// padding. With the SHA extensions its length is the latency of 64 instructions that depend on each
// other, and of one shuffle between blocks; so a second block, of another password, costs next to
// nothing when both are interleaved.
#include "bytes.h"
#include "molt_digests.h"
#include "vectors.h"

// The first bits behind the point of the cube roots of the first 64 primes.
static const uint32_t constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

// Behind a digest of 32 bytes, which follows a key of one block: the bit that ends the message and
// its length in bits.
enum { END_BIT = 0x80000000u, BITS = (64 + 32) * 8 };

MOLT_INLINE void compress(uint32_t state[8], const uint32_t words[16]) {
  uint32_t w[64];
  for (int i = 0; i < 16; i++) w[i] = words[i];
  for (int i = 16; i < 64; i++) {
    uint32_t early = w[i - 15], late = w[i - 2];
    uint32_t first = rotate_right32(early, 7) ^ rotate_right32(early, 18) ^ early >> 3;
    uint32_t second = rotate_right32(late, 17) ^ rotate_right32(late, 19) ^ late >> 10;
    w[i] = w[i - 16] + first + w[i - 7] + second;
  }
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
#pragma clang loop unroll_count(8)
  for (int i = 0; i < 64; i++) {
    uint32_t sum1 = rotate_right32(e, 6) ^ rotate_right32(e, 11) ^ rotate_right32(e, 25);
    uint32_t first = h + sum1 + (g ^ (e & (f ^ g))) + constants[i] + w[i];
    uint32_t sum0 = rotate_right32(a, 2) ^ rotate_right32(a, 13) ^ rotate_right32(a, 22);
    uint32_t second = sum0 + ((a & b) | (c & (a | b)));
    h = g, g = f, f = e, e = d + first;
    d = c, c = b, b = a, a = first + second;
  }
  state[0] += a, state[1] += b, state[2] += c, state[3] += d;
  state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

static void blocks_portable(uint32_t state[8], const uint8_t *blocks, size_t count) {
  for (; count > 0; count--, blocks += 64) {
    uint32_t words[16];
    for (int i = 0; i < 16; i++) words[i] = load_big32(blocks + 4 * i);
    compress(state, words);
  }
}

static void iterate_portable(molt_pbkdf2_sha256 *block, uint64_t iterations) {
  uint32_t words[16] = {[8] = END_BIT, [15] = BITS}, state[8];
  memcpy(words, block->round, 32);
  for (; iterations > 0; iterations--) {
    memcpy(state, block->inner, 32);
    compress(state, words);
    memcpy(words, state, 32);
    memcpy(state, block->outer, 32);
    compress(state, words);
    memcpy(words, state, 32);
    for (int i = 0; i < 8; i++) block->sum[i] ^= state[i];
  }
  memcpy(block->round, words, 32);
  molt_wipe(words, sizeof words);
}

#if defined(__x86_64__)
// The eight words of a state as the instructions want them: `low` is c d g h, `high` a b e f, the
// first of each in the highest place.
typedef struct {
  __m128i low, high;
} halves;

INLINE_SHA halves load_halves(const uint32_t state[8]) {
  __m128i front = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xB1);
  __m128i back = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1B);
  return (halves){_mm_blend_epi16(back, front, 0xF0), _mm_alignr_epi8(front, back, 8)};
}

// The words in their order: the first four and the last four.
INLINE_SHA void unpack(halves state, __m128i *front, __m128i *back) {
  __m128i high = _mm_shuffle_epi32(state.high, 0x1B);
  __m128i low = _mm_shuffle_epi32(state.low, 0xB1);
  *front = _mm_blend_epi16(high, low, 0xF0);
  *back = _mm_alignr_epi8(low, high, 8);
}

INLINE_SHA void store_halves(halves state, uint32_t words[8]) {
  __m128i front, back;
  unpack(state, &front, &back);
  _mm_storeu_si128((__m128i *)words, front);
  _mm_storeu_si128((__m128i *)(words + 4), back);
}

// The block of a digest that follows a key.
INLINE_SHA void pad(halves digest, __m128i words[4]) {
  unpack(digest, &words[0], &words[1]);
  words[2] = _mm_set_epi32(0, 0, 0, (int)END_BIT);
  words[3] = _mm_set_epi32(BITS, 0, 0, 0);
}

INLINE_SHA halves sum_of(halves left, halves right) {
  return (halves){_mm_add_epi32(left.low, right.low), _mm_add_epi32(left.high, right.high)};
}

INLINE_SHA halves exclusive_or(halves left, halves right) {
  return (halves){_mm_xor_si128(left.low, right.low), _mm_xor_si128(left.high, right.high)};
}

// Four words with their constants.
INLINE_SHA __m128i with_constants(const __m128i words[4], int i) {
  return _mm_add_epi32(words[i & 3], _mm_load_si128((const __m128i *)(constants + 4 * i)));
}

// Four rounds, of which `first` and `second` have two words each with their constants, and the
// words of four rounds later.
INLINE_SHA void four_rounds(halves *state, __m128i first, __m128i second, __m128i words[4],
                            int i) {
  state->low = _mm_sha256rnds2_epu32(state->low, state->high, first);
  state->high = _mm_sha256rnds2_epu32(state->high, state->low, second);
  if (i < 12) {
    __m128i last = words[(i + 3) & 3], middle = _mm_alignr_epi8(last, words[(i + 2) & 3], 4);
    __m128i early = _mm_sha256msg1_epu32(words[i & 3], words[(i + 1) & 3]);
    words[i & 3] = _mm_sha256msg2_epu32(_mm_add_epi32(early, middle), last);
  }
}

// The rounds from `4 * start` on of a block for each of `lanes` states. `words` is used up, and the
// states from before have still to be added.
INLINE_SHA void rounds(halves *states, __m128i (*words)[4], const int lanes, const int start) {
#pragma clang loop unroll(full)
  for (int i = start; i < 16; i++) {
#pragma clang loop unroll(full)
    for (int lane = 0; lane < lanes; lane++) {
      __m128i sum = with_constants(words[lane], i);
      four_rounds(&states[lane], sum, _mm_shuffle_epi32(sum, 0x0E), words[lane], i);
    }
  }
}

TARGET_SHA static void blocks_sha(uint32_t state[8], const uint8_t *blocks, size_t count) {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);
  halves current = load_halves(state);
  for (; count > 0; count--, blocks += 64) {
    halves before = current;
    __m128i words[1][4];
    for (int i = 0; i < 4; i++) {
      words[0][i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(blocks + 16 * i)), swap);
    }
    rounds(&current, words, 1, 0);
    current = sum_of(current, before);
  }
  store_halves(current, state);
}

// The state to start from when the first two words are `before` less than they should be and have
// no constants: both are in its g and h, which the first two rounds only add.
TARGET_SHA static halves early_start(const uint32_t state[8], const uint32_t before[8]) {
  uint32_t words[8];
  memcpy(words, state, 32);
  uint32_t e = words[4], f = words[5], g = words[6];
  uint32_t moved = g + constants[1] + before[1];
  words[6] = moved;
  // The first round also chooses bits of g.
  words[7] += (g ^ (e & (f ^ g))) - (moved ^ (e & (f ^ moved))) + constants[0] + before[0];
  halves result = load_halves(words);
  molt_wipe(words, sizeof words);
  return result;
}

// What is between the last instruction of one block and the first of the next makes each iteration
// longer. Here it is one shuffle: the words start without the state that was added.
TARGET_SHA static void iterate_one(molt_pbkdf2_sha256 *block, uint64_t iterations) {
  const halves added[2] = {load_halves(block->inner), load_halves(block->outer)};
  const halves starts[2] = {early_start(block->inner, block->outer),
                            early_start(block->outer, block->inner)};
  halves sum = load_halves(block->sum), state = load_halves(block->round);
  state.low = _mm_sub_epi32(state.low, added[1].low);
  state.high = _mm_sub_epi32(state.high, added[1].high);
  for (; iterations > 0; iterations--) {
#pragma clang loop unroll(full)
    for (int half = 0; half < 2; half++) {
      __m128i words[1][4], first = _mm_shuffle_epi32(state.high, 0x0B);
      pad(sum_of(state, added[1 - half]), words[0]);
      state = starts[half];
      __m128i second = _mm_shuffle_epi32(with_constants(words[0], 0), 0x0E);
      four_rounds(&state, first, second, words[0], 0);
      rounds(&state, words, 1, 1);
    }
    sum = exclusive_or(sum, sum_of(state, added[1]));
  }
  store_halves(sum_of(state, added[1]), block->round);
  store_halves(sum, block->sum);
}

// With two lanes there is always something to do meanwhile.
TARGET_SHA static void iterate_two(molt_pbkdf2_sha256 *blocks, uint64_t iterations) {
  halves added[2][2], sums[2], states[2];
  for (int lane = 0; lane < 2; lane++) {
    added[0][lane] = load_halves(blocks[lane].inner);
    added[1][lane] = load_halves(blocks[lane].outer);
    states[lane] = load_halves(blocks[lane].round);
    sums[lane] = load_halves(blocks[lane].sum);
  }
  for (; iterations > 0; iterations--) {
    for (int half = 0; half < 2; half++) {
      __m128i words[2][4];
      for (int lane = 0; lane < 2; lane++) {
        pad(states[lane], words[lane]);
        states[lane] = added[half][lane];
      }
      rounds(states, words, 2, 0);
      for (int lane = 0; lane < 2; lane++) {
        states[lane] = sum_of(states[lane], added[half][lane]);
      }
    }
    for (int lane = 0; lane < 2; lane++) sums[lane] = exclusive_or(sums[lane], states[lane]);
  }
  for (int lane = 0; lane < 2; lane++) {
    store_halves(states[lane], blocks[lane].round);
    store_halves(sums[lane], blocks[lane].sum);
  }
}
#endif

void molt_sha256_blocks(uint32_t state[8], const uint8_t *blocks, size_t count,
                        uint32_t features) {
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

void molt_pbkdf2_sha256_iterate(molt_pbkdf2_sha256 *blocks, size_t lanes, uint64_t iterations,
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
