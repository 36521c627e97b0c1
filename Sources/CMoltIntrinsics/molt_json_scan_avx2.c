// The scan with AVX2, two vectors per block.
#if defined(__x86_64__)
#include <immintrin.h>

#include "molt_json_masks.h"
#include "molt_json_utf8.h"

#define TARGET __attribute__((target("avx2,bmi,bmi2,pclmul,popcnt")))
#define TARGET_INLINE TARGET static inline __attribute__((always_inline))

TARGET_INLINE uint64_t equal(__m256i low, __m256i high, char byte) {
  const __m256i all = _mm256_set1_epi8(byte);
  uint32_t first = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, all));
  uint32_t second = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, all));
  return first | (uint64_t)second << 32;
}

// By the lower half of a byte: the white space with it. For others a byte that has another half.
TARGET_INLINE uint64_t spaces(__m256i low, __m256i high) {
  const __m256i table = _mm256_setr_epi8(
      ' ', 0, 0, 0, 0, 0, 0, 0, 0, '\t', '\n', 0, 0, '\r', 0, 0,
      ' ', 0, 0, 0, 0, 0, 0, 0, 0, '\t', '\n', 0, 0, '\r', 0, 0);
  // Where the table has 0 the byte is no 0 itself, but for 0 at index 0, where it has a space.
  __m256i first = _mm256_cmpeq_epi8(low, _mm256_shuffle_epi8(table, low));
  __m256i second = _mm256_cmpeq_epi8(high, _mm256_shuffle_epi8(table, high));
  // From 0x80 on the shuffle gives 0.
  return (uint32_t)_mm256_movemask_epi8(first) |
         (uint64_t)(uint32_t)_mm256_movemask_epi8(second) << 32;
}

TARGET_INLINE uint64_t controls(__m256i low, __m256i high) {
  const __m256i highest = _mm256_set1_epi8(0x1F);
  __m256i first = _mm256_cmpeq_epi8(_mm256_max_epu8(low, highest), highest);
  __m256i second = _mm256_cmpeq_epi8(_mm256_max_epu8(high, highest), highest);
  return (uint32_t)_mm256_movemask_epi8(first) |
         (uint64_t)(uint32_t)_mm256_movemask_epi8(second) << 32;
}

TARGET_INLINE block_masks classify(__m256i low, __m256i high) {
  const __m256i bit = _mm256_set1_epi8(0x20);  // between [ and {, and between ] and }
  __m256i low_bracket = _mm256_or_si256(low, bit), high_bracket = _mm256_or_si256(high, bit);
  return (block_masks){
      .quote = equal(low, high, '"'),
      .backslash = equal(low, high, '\\'),
      .space = spaces(low, high),
      .comma = equal(low, high, ','),
      .colon = equal(low, high, ':'),
      .opening = equal(low_bracket, high_bracket, '{'),
      .closing = equal(low_bracket, high_bracket, '}'),
      .control = controls(low, high),
  };
}

TARGET_INLINE __m256i table_of(const uint8_t *bytes) {
  return _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)bytes));
}

// Not zero where `bytes` behind `before` are no UTF-8.
TARGET_INLINE __m256i utf8_errors(__m256i bytes, __m256i before) {
  const __m256i first_high = table_of(molt_utf8_first_high);
  const __m256i first_low = table_of(molt_utf8_first_low);
  const __m256i second_high = table_of(molt_utf8_second_high);
  const __m256i half = _mm256_set1_epi8(0x0F);
  __m256i lanes = _mm256_permute2x128_si256(before, bytes, 0x21);
  __m256i one = _mm256_alignr_epi8(bytes, lanes, 15);
  __m256i two = _mm256_alignr_epi8(bytes, lanes, 14);
  __m256i three = _mm256_alignr_epi8(bytes, lanes, 13);
  __m256i high_of_one = _mm256_and_si256(_mm256_srli_epi16(one, 4), half);
  __m256i high_of_byte = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half);
  __m256i pairs = _mm256_and_si256(
      _mm256_and_si256(_mm256_shuffle_epi8(first_high, high_of_one),
                       _mm256_shuffle_epi8(first_low, _mm256_and_si256(one, half))),
      _mm256_shuffle_epi8(second_high, high_of_byte));
  // The top bit is left by first bytes of three (E0 and above) and of four (F0 and above).
  __m256i third = _mm256_subs_epu8(two, _mm256_set1_epi8(0xE0 - 0x80));
  __m256i fourth = _mm256_subs_epu8(three, _mm256_set1_epi8((char)(0xF0 - 0x80)));
  __m256i must_continue = _mm256_and_si256(_mm256_or_si256(third, fourth),
                                           _mm256_set1_epi8((char)0x80));
  return _mm256_xor_si256(must_continue, pairs);
}

TARGET_INLINE uint64_t exclusive_or_below(uint64_t bits) {
  __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)bits),
                                         _mm_set1_epi8((char)0xFF), 0);
  return (uint64_t)_mm_cvtsi128_si64(product);
}

TARGET_INLINE void find_entries_of_blocks(molt_json_scan *scan, const uint8_t *input,
                                          size_t block_count, uint64_t *bits) {
  __m256i before = _mm256_loadu_si256((const __m256i *)(scan->before + 32));
  __m256i wrong = _mm256_setzero_si256();
  for (size_t i = 0; i < block_count; i++) {
    __m256i low = _mm256_loadu_si256((const __m256i *)(input + 64 * i));
    __m256i high = _mm256_loadu_si256((const __m256i *)(input + 64 * i + 32));
    // A character that the block before began shows in one of its last three bytes.
    if (_mm256_movemask_epi8(_mm256_or_si256(_mm256_or_si256(low, high), before))) {
      wrong = _mm256_or_si256(wrong, utf8_errors(low, before));
      wrong = _mm256_or_si256(wrong, utf8_errors(high, low));
    }
    before = high;
    block_masks masks = classify(low, high);
    uint64_t quote = masks.quote;
    if (masks.backslash | scan->is_escaped)
      quote &= ~escaped_bytes(masks.backslash, &scan->is_escaped);
    bits[i] = entries_of_block(masks, quote, exclusive_or_below(quote), scan);
  }
  scan->errors |= !_mm256_testz_si256(wrong, wrong);
  _mm256_storeu_si256((__m256i *)(scan->before + 32), before);
}

// Writes the positions of the set bits, eight at a time; may write up to eight entries more, of no
// meaning.
TARGET_INLINE uint32_t *list_bits_8(uint64_t bits, uint32_t offset, uint32_t *entries) {
  uint32_t count = (uint32_t)__builtin_popcountll(bits);
  uint32_t *end = entries + count;
  for (;; count -= 8, entries += 8) {
    for (uint32_t i = 0; i < 8; i++) {
      // 64 where no bit is left.
      entries[i] = offset + (uint32_t)_tzcnt_u64(bits);
      bits = _blsr_u64(bits);
    }
    if (count <= 8) return end;
  }
}

TARGET uint32_t *molt_json_scan_avx2(molt_json_scan *state, const uint8_t *input,
                                     size_t block_count, uint32_t offset, uint32_t *entries) {
  molt_json_scan scan = *state;
  // In steps of their own: what a step has to wait for is long done when it starts.
  uint64_t bits[MOLT_JSON_BLOCKS];
  while (block_count > 0) {
    size_t some = block_count < MOLT_JSON_BLOCKS ? block_count : MOLT_JSON_BLOCKS;
    find_entries_of_blocks(&scan, input, some, bits);
    for (size_t i = 0; i < some; i++)
      entries = list_bits_8(bits[i], offset + 64 * (uint32_t)i, entries);
    input += 64 * some;
    offset += 64 * (uint32_t)some;
    block_count -= some;
  }
  *state = scan;
  return entries;
}
#endif
