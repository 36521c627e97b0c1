#include "molt_utf8.h"

// One character after the other, by table 3-7 of the Unicode standard: the first byte tells how many
// follow and which range the second must lie in.
_Bool molt_utf8_is_valid_portable(const uint8_t *bytes, size_t count) {
  size_t at = 0;
  while (at < count) {
    if (count - at >= 8) {
      uint64_t word;
      memcpy(&word, bytes + at, 8);
      if ((word & 0x8080808080808080ULL) == 0) {
        at += 8;
        continue;
      }
    }
    uint8_t first = bytes[at];
    if (first < 0x80) {
      at += 1;
      continue;
    }
    size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    if (first < 0xC2 || first > 0xF4 || count - at < length) return 0;
    uint8_t low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
    uint8_t high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
    if (bytes[at + 1] < low || bytes[at + 1] > high) return 0;
    for (size_t next = 2; next < length; next++)
      if ((bytes[at + next] & 0xC0) != 0x80) return 0;
    at += length;
  }
  return 1;
}

#if defined(__x86_64__)
#include <immintrin.h>

// The vector way: John Keiser and Daniel Lemire, "Validating UTF-8 In Less Than One Instruction Per
// Byte", Software: Practice and Experience 51 (2021). Each pair of neighbours is looked up by three
// of its nibbles; each answer is a set of faults, and a fault stands where all three agree.
enum {
  TOO_SHORT = 1,        // a first byte without the byte it asks for
  TOO_LONG = 2,         // a following byte after ASCII
  OVERLONG_3 = 4,       // E0 80...9F
  TOO_LARGE = 8,        // F4 90...BF, F5...FF
  SURROGATE = 16,       // ED A0...BF
  OVERLONG_2 = 32,      // C0, C1
  TOO_LARGE_1000 = 64,  // F5...FF 80...8F; and F0 80...8F, which is overlong
  TWO_FOLLOW = 128,     // two following bytes: a fault unless a longer character asks for them
  CARRY = TOO_SHORT | TOO_LONG | TWO_FOLLOW,
};

#define TWICE(...) __VA_ARGS__, __VA_ARGS__

// By the first byte's high nibble, the first byte's low nibble, the second byte's high nibble.
static const uint8_t first_high[32] __attribute__((aligned(32))) = {TWICE(
    TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TWO_FOLLOW,
    TWO_FOLLOW, TWO_FOLLOW, TWO_FOLLOW, TOO_SHORT | OVERLONG_2, TOO_SHORT,
    TOO_SHORT | OVERLONG_3 | SURROGATE, TOO_SHORT | TOO_LARGE | TOO_LARGE_1000)};
static const uint8_t first_low[32] __attribute__((aligned(32))) = {TWICE(
    CARRY | OVERLONG_2 | OVERLONG_3 | TOO_LARGE_1000, CARRY | OVERLONG_2, CARRY, CARRY,
    CARRY | TOO_LARGE, CARRY | TOO_LARGE | TOO_LARGE_1000, CARRY | TOO_LARGE | TOO_LARGE_1000,
    CARRY | TOO_LARGE | TOO_LARGE_1000, CARRY | TOO_LARGE | TOO_LARGE_1000,
    CARRY | TOO_LARGE | TOO_LARGE_1000, CARRY | TOO_LARGE | TOO_LARGE_1000,
    CARRY | TOO_LARGE | TOO_LARGE_1000, CARRY | TOO_LARGE | TOO_LARGE_1000,
    CARRY | TOO_LARGE | TOO_LARGE_1000 | SURROGATE, CARRY | TOO_LARGE | TOO_LARGE_1000,
    CARRY | TOO_LARGE | TOO_LARGE_1000)};
static const uint8_t second_high[32] __attribute__((aligned(32))) = {TWICE(
    TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
    TOO_LONG | OVERLONG_2 | TWO_FOLLOW | OVERLONG_3 | TOO_LARGE_1000,
    TOO_LONG | OVERLONG_2 | TWO_FOLLOW | OVERLONG_3 | TOO_LARGE,
    TOO_LONG | OVERLONG_2 | TWO_FOLLOW | SURROGATE | TOO_LARGE,
    TOO_LONG | OVERLONG_2 | TWO_FOLLOW | SURROGATE | TOO_LARGE, TOO_SHORT, TOO_SHORT, TOO_SHORT,
    TOO_SHORT)};

// Ones for the bytes that count in the last block: the load starts 32 - count bytes in.
static const uint8_t last_mask[64] = {
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
    255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};

#define AVX2 __attribute__((target("avx2")))

AVX2 static inline __m256i table(const uint8_t *entries) {
  return _mm256_load_si256((const __m256i *)entries);
}

// The faults of a block, whose bytes follow those of `before`.
AVX2 static inline __m256i faults(__m256i block, __m256i before) {
  const __m256i nibble = _mm256_set1_epi8(0x0F);
  __m256i joint = _mm256_permute2x128_si256(before, block, 0x21);
  __m256i one = _mm256_alignr_epi8(block, joint, 15);
  __m256i two = _mm256_alignr_epi8(block, joint, 14);
  __m256i three = _mm256_alignr_epi8(block, joint, 13);
  __m256i a = _mm256_shuffle_epi8(
      table(first_high), _mm256_and_si256(_mm256_srli_epi16(one, 4), nibble));
  __m256i b = _mm256_shuffle_epi8(table(first_low), _mm256_and_si256(one, nibble));
  __m256i c = _mm256_shuffle_epi8(
      table(second_high), _mm256_and_si256(_mm256_srli_epi16(block, 4), nibble));
  __m256i pairs = _mm256_and_si256(_mm256_and_si256(a, b), c);
  // The high bit says: two back stands E0 or more, or three back F0 or more.
  __m256i asked = _mm256_or_si256(_mm256_subs_epu8(two, _mm256_set1_epi8(0xE0 - 0x80)),
                                  _mm256_subs_epu8(three, _mm256_set1_epi8(0xF0 - 0x80)));
  return _mm256_xor_si256(_mm256_and_si256(asked, _mm256_set1_epi8((char)0x80)), pairs);
}

AVX2 _Bool molt_utf8_is_valid_avx2(const uint8_t *bytes, size_t count, size_t readable) {
  __m256i found = _mm256_setzero_si256(), before = _mm256_setzero_si256();
  size_t at = 0;
  for (; count - at >= 32; at += 32) {
    __m256i block = _mm256_loadu_si256((const __m256i *)(bytes + at));
    found = _mm256_or_si256(found, faults(block, before));
    before = block;
  }
  // The zeros behind the last byte show a character that is cut.
  size_t rest = count - at;
  __m256i block;
  if (readable - at >= 32) {
    block = _mm256_and_si256(_mm256_loadu_si256((const __m256i *)(bytes + at)),
                             _mm256_loadu_si256((const __m256i *)(last_mask + 32 - rest)));
  } else {
    uint8_t last[32] = {0};
    memcpy(last, bytes + at, rest);
    block = _mm256_loadu_si256((const __m256i *)last);
  }
  found = _mm256_or_si256(found, faults(block, before));
  return _mm256_testz_si256(found, found);
}

_Bool molt_cpu_has_avx2(void) { return __builtin_cpu_supports("avx2") != 0; }
#else
_Bool molt_utf8_is_valid_avx2(const uint8_t *bytes, size_t count, size_t readable) {
  (void)bytes, (void)count, (void)readable;
  return 0;
}

_Bool molt_cpu_has_avx2(void) { return 0; }
#endif

_Bool molt_utf8_is_valid(const uint8_t *bytes, size_t count, size_t readable) {
  if (molt_cpu_has_avx2()) return molt_utf8_is_valid_avx2(bytes, count, readable);
  return molt_utf8_is_valid_portable(bytes, count);
}
