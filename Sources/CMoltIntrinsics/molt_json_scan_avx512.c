// The scan with AVX-512 (BW, VL, VBMI, VBMI2), one vector per block: comparisons give masks at
// once, and the entries are compressed instead of counted out.
#if defined(__x86_64__)
#include <immintrin.h>

#include "molt_json_masks.h"
#include "molt_json_utf8.h"

#define TARGET \
  __attribute__((target("avx2,bmi,bmi2,pclmul,popcnt,avx512f,avx512bw,avx512vl,avx512vbmi," \
                        "avx512vbmi2")))
#define TARGET_INLINE TARGET static inline __attribute__((always_inline))

TARGET_INLINE uint64_t equal(__m512i bytes, char byte) {
  return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(byte));
}

TARGET_INLINE block_masks classify(__m512i bytes) {
  const __m512i table = _mm512_broadcast_i32x4(
      _mm_setr_epi8(' ', 0, 0, 0, 0, 0, 0, 0, 0, '\t', '\n', 0, 0, '\r', 0, 0));
  // 0x20 is between [ and {, and between ] and }.
  __m512i bracket = _mm512_or_si512(bytes, _mm512_set1_epi8(0x20));
  return (block_masks){
      .quote = equal(bytes, '"'),
      .backslash = equal(bytes, '\\'),
      .space = _mm512_cmpeq_epi8_mask(bytes, _mm512_shuffle_epi8(table, bytes)),
      .comma = equal(bytes, ','),
      .colon = equal(bytes, ':'),
      .opening = equal(bracket, '{'),
      .closing = equal(bracket, '}'),
      .control = _mm512_cmplt_epu8_mask(bytes, _mm512_set1_epi8(0x20)),
  };
}

TARGET_INLINE __m512i table_of(const uint8_t *bytes) {
  return _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)bytes));
}

// Not zero where `bytes` behind `before` are no UTF-8.
TARGET_INLINE __m512i utf8_errors(__m512i bytes, __m512i before) {
  const __m512i first_high = table_of(molt_utf8_first_high);
  const __m512i first_low = table_of(molt_utf8_first_low);
  const __m512i second_high = table_of(molt_utf8_second_high);
  const __m512i half = _mm512_set1_epi8(0x0F);
  __m512i lanes = _mm512_alignr_epi64(bytes, before, 6);
  __m512i one = _mm512_alignr_epi8(bytes, lanes, 15);
  __m512i two = _mm512_alignr_epi8(bytes, lanes, 14);
  __m512i three = _mm512_alignr_epi8(bytes, lanes, 13);
  __m512i high_of_one = _mm512_and_si512(_mm512_srli_epi16(one, 4), half);
  __m512i high_of_byte = _mm512_and_si512(_mm512_srli_epi16(bytes, 4), half);
  __m512i pairs = _mm512_and_si512(
      _mm512_and_si512(_mm512_shuffle_epi8(first_high, high_of_one),
                       _mm512_shuffle_epi8(first_low, _mm512_and_si512(one, half))),
      _mm512_shuffle_epi8(second_high, high_of_byte));
  // The top bit is left by first bytes of three (E0 and above) and of four (F0 and above).
  __m512i third = _mm512_subs_epu8(two, _mm512_set1_epi8(0xE0 - 0x80));
  __m512i fourth = _mm512_subs_epu8(three, _mm512_set1_epi8((char)(0xF0 - 0x80)));
  __m512i must_continue = _mm512_and_si512(_mm512_or_si512(third, fourth),
                                           _mm512_set1_epi8((char)0x80));
  return _mm512_xor_si512(must_continue, pairs);
}

TARGET_INLINE uint64_t exclusive_or_below(uint64_t bits) {
  __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)bits),
                                         _mm_set1_epi8((char)0xFF), 0);
  return (uint64_t)_mm_cvtsi128_si64(product);
}

// Writes the positions of the set bits, 16 at a time; may write up to 16 entries more.
TARGET_INLINE uint32_t *list_bits_16(uint64_t bits, __m512i positions, uint32_t offset,
                                     uint32_t *entries) {
  const __m512i base = _mm512_set1_epi32((int)offset);
  size_t count = (size_t)__builtin_popcountll(bits);
  __m512i listed = _mm512_maskz_compress_epi8(bits, positions);
  __m512i some = _mm512_cvtepu8_epi32(_mm512_castsi512_si128(listed));
  _mm512_storeu_si512(entries, _mm512_add_epi32(some, base));
  if (count > 16) {
    some = _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(listed, 1));
    _mm512_storeu_si512(entries + 16, _mm512_add_epi32(some, base));
    if (count > 32) {
      some = _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(listed, 2));
      _mm512_storeu_si512(entries + 32, _mm512_add_epi32(some, base));
      some = _mm512_cvtepu8_epi32(_mm512_extracti32x4_epi32(listed, 3));
      _mm512_storeu_si512(entries + 48, _mm512_add_epi32(some, base));
    }
  }
  return entries + count;
}

static const uint8_t all_positions[64] = {
    0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
    22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
    44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63,
};

TARGET uint32_t *molt_json_scan_avx512(molt_json_scan *state, const uint8_t *input,
                                       size_t block_count, uint32_t offset, uint32_t *entries) {
  molt_json_scan scan = *state;
  const __m512i positions = _mm512_loadu_si512(all_positions);
  __m512i before = _mm512_loadu_si512(scan.before);
  __m512i wrong = _mm512_setzero_si512();
  for (size_t i = 0; i < block_count; i++) {
    __m512i bytes = _mm512_loadu_si512(input + 64 * i);
    // A character that the block before began shows in one of its last three bytes.
    if (_mm512_movepi8_mask(_mm512_or_si512(bytes, before)))
      wrong = _mm512_or_si512(wrong, utf8_errors(bytes, before));
    before = bytes;
    block_masks masks = classify(bytes);
    uint64_t quote = masks.quote & ~escaped_bytes(masks.backslash, &scan.is_escaped);
    uint64_t bits = entries_of_block(masks, quote, exclusive_or_below(quote), &scan);
    entries = list_bits_16(bits, positions, offset + 64 * (uint32_t)i, entries);
  }
  scan.errors |= _mm512_test_epi8_mask(wrong, wrong);
  _mm512_storeu_si512(scan.before, before);
  *state = scan;
  return entries;
}
#endif
