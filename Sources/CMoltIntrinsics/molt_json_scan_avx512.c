// The scan with AVX-512 (BW, VL, VBMI, VBMI2), one vector per block: comparisons give masks at
// once, and the entries are compressed instead of counted out.
#if defined(__x86_64__)
#include <immintrin.h>

#include "molt_json_masks.h"
#include "molt_json_utf8.h"

#define TARGET \
  __attribute__((target("avx2,bmi,bmi2,pclmul,popcnt,avx512f,avx512bw,avx512vl,avx512vbmi," \
                        "avx512vbmi2,avx512dq,avx512vpopcntdq,vpclmulqdq,gfni")))
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

// Which bytes of eight blocks are what, a word for each block.
typedef struct {
  __m512i quote, backslash, space, comma, colon, opening, closing, control;
} chunk_masks;

// What a byte is, one bit for each member of `chunk_masks`.
enum {
  QUOTE = 1, BACKSLASH = 2, SPACE = 4, COMMA = 8, COLON = 16, OPENING = 32, CLOSING = 64,
  CONTROL = 128,
};

static const uint8_t classes[128] = {
    [0x00 ... 0x08] = CONTROL,
    [0x0B ... 0x0C] = CONTROL,
    [0x0E ... 0x1F] = CONTROL,
    ['\t'] = CONTROL | SPACE,
    ['\n'] = CONTROL | SPACE,
    ['\r'] = CONTROL | SPACE,
    [' '] = SPACE,
    ['"'] = QUOTE,
    ['\\'] = BACKSLASH,
    [','] = COMMA,
    [':'] = COLON,
    ['{'] = OPENING,
    ['['] = OPENING,
    ['}'] = CLOSING,
    [']'] = CLOSING,
};

// Gives each class a word: byte g of what comes out says which of the bytes 8g to 8g+7 are of it.
//
// Eight classes of eight bytes are a matrix of bits, and `gf2p8affineqb` of the unit vectors with a
// matrix reads its columns, from the last row: hence the bytes of each word are reversed first.
// The words of the eight matrices are then still to be sorted by class.
TARGET_INLINE __m512i classes_of_block(__m512i bytes) {
  const __m512i reversed = _mm512_broadcast_i32x4(
      _mm_setr_epi8(7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8));
  const __m512i units = _mm512_set1_epi64((long long)0x8040201008040201ULL);
  // Everything that is not ASCII is looked up as 0x7F, which is of no class.
  __m512i ascii = _mm512_min_epu8(_mm512_shuffle_epi8(bytes, reversed), _mm512_set1_epi8(0x7F));
  __m512i each = _mm512_permutex2var_epi8(_mm512_loadu_si512(classes), ascii,
                                          _mm512_loadu_si512(classes + 64));
  return _mm512_gf2p8affine_epi64_epi8(units, each, 0);
}

// For two blocks, the words of classes 0 to 3 and of 4 to 7: byte j of word g is class j.
static const uint8_t low_classes[64] = {
    0, 8,  16, 24, 32, 40, 48, 56, 64, 72, 80, 88, 96, 104, 112, 120,
    1, 9,  17, 25, 33, 41, 49, 57, 65, 73, 81, 89, 97, 105, 113, 121,
    2, 10, 18, 26, 34, 42, 50, 58, 66, 74, 82, 90, 98, 106, 114, 122,
    3, 11, 19, 27, 35, 43, 51, 59, 67, 75, 83, 91, 99, 107, 115, 123,
};

TARGET_INLINE void classify_chunk(const uint8_t *input, chunk_masks *masks) {
  const __m512i first = _mm512_loadu_si512(low_classes);
  const __m512i second = _mm512_add_epi8(first, _mm512_set1_epi8(4));
  // Pairs of words from two vectors: the lower two pairs of each, then the upper two.
  const __m512i lower = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
  const __m512i upper = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
  __m512i pairs[2][4], fours[4][2];
  for (int i = 0; i < 4; i++) {
    __m512i even = classes_of_block(_mm512_loadu_si512(input + 128 * i));
    __m512i odd = classes_of_block(_mm512_loadu_si512(input + 128 * i + 64));
    pairs[0][i] = _mm512_permutex2var_epi8(even, first, odd);
    pairs[1][i] = _mm512_permutex2var_epi8(even, second, odd);
  }
  for (int i = 0; i < 2; i++) {
    for (int half = 0; half < 2; half++) {
      __m512i a = pairs[i][2 * half], b = pairs[i][2 * half + 1];
      fours[2 * i][half] = _mm512_permutex2var_epi64(a, lower, b);
      fours[2 * i + 1][half] = _mm512_permutex2var_epi64(a, upper, b);
    }
  }
  __m512i all[8];
  for (int i = 0; i < 4; i++) {
    all[2 * i] = _mm512_shuffle_i64x2(fours[i][0], fours[i][1], 0x44);
    all[2 * i + 1] = _mm512_shuffle_i64x2(fours[i][0], fours[i][1], 0xEE);
  }
  *masks = (chunk_masks){all[0], all[1], all[2], all[3], all[4], all[5], all[6], all[7]};
}

// The checks of UTF-8 for eight blocks; most have nothing but ASCII.
TARGET_INLINE __m512i utf8_errors_of_chunk(const uint8_t *input, __m512i *before) {
  __m512i wrong = _mm512_setzero_si512();
  for (int i = 0; i < 8; i += 2) {
    __m512i first = _mm512_loadu_si512(input + 64 * i);
    __m512i second = _mm512_loadu_si512(input + 64 * i + 64);
    if (_mm512_movepi8_mask(_mm512_or_si512(_mm512_or_si512(first, second), *before))) {
      wrong = _mm512_or_si512(wrong, utf8_errors(first, *before));
      wrong = _mm512_or_si512(wrong, utf8_errors(second, first));
    }
    *before = second;
  }
  return wrong;
}

// A sum of 512 bits: eight words, and what they carry settled as a sum of eight bits. A word that
// is all ones hands a carry on.
TARGET_INLINE __m512i add_512(__m512i a, __m512i b, uint64_t *carry) {
  const __m512i ones = _mm512_set1_epi64(-1);
  __m512i sum = _mm512_add_epi64(a, b);
  uint32_t made = _cvtmask8_u32(_mm512_cmplt_epu64_mask(sum, a));
  uint32_t hands_on = _cvtmask8_u32(_mm512_cmpeq_epi64_mask(sum, ones));
  uint32_t carried = (hands_on + (made << 1 | (uint32_t)*carry)) ^ hands_on;
  *carry = carried >> 8;
  return _mm512_mask_sub_epi64(sum, _cvtu32_mask8(carried), sum, ones);
}

// The bits moved up by one, over the borders of words; `before` is the eight words before.
TARGET_INLINE __m512i move_up(__m512i bits, __m512i before) {
  return _mm512_shldi_epi64(bits, _mm512_alignr_epi64(bits, before, 7), 1);
}

// Every bit becomes the exclusive or of itself and all below it; `in_text` is what comes from below.
TARGET_INLINE __m512i exclusive_or_below_512(__m512i bits, uint64_t *in_text) {
  const __m512i ones = _mm512_set1_epi64(-1);
  __m512i even = _mm512_clmulepi64_epi128(bits, ones, 0x00);
  __m512i odd = _mm512_clmulepi64_epi128(bits, ones, 0x01);
  __m512i inside = _mm512_unpacklo_epi64(even, odd);
  // Words with an odd number of quotes turn over all words above them.
  uint32_t turns = _cvtmask8_u32(_mm512_movepi64_mask(inside));
  turns ^= turns << 1;
  turns ^= turns << 2;
  turns ^= turns << 4;
  uint32_t turned = (turns << 1) ^ (uint32_t)*in_text;
  *in_text = (uint64_t)0 - (turned >> 8 & 1);
  return _mm512_mask_xor_epi64(inside, _cvtu32_mask8(turned), inside, ones);
}

// What one chunk tells the next, besides the part that is in a `molt_json_scan`.
typedef struct {
  __m512i before_value, scalar;  // the last words
  __m512i commas, colons;        // numbers of them
  __m512i errors;
} chunk_state;

TARGET_INLINE __m512i unescaped_quotes(chunk_masks m, molt_json_scan *scan) {
  if (!(_mm512_test_epi64_mask(m.backslash, m.backslash) | scan->is_escaped)) return m.quote;
  uint64_t backslash[8], escaped[8];
  _mm512_storeu_si512(backslash, m.backslash);
  for (int i = 0; i < 8; i++) escaped[i] = escaped_bytes(backslash[i], &scan->is_escaped);
  return _mm512_andnot_si512(_mm512_loadu_si512(escaped), m.quote);
}

// The same as `entries_of_block`, for eight blocks.
TARGET_INLINE __m512i entries_of_chunk(chunk_masks m, molt_json_scan *scan, chunk_state *state) {
  __m512i quote = unescaped_quotes(m, scan);
  __m512i inside = exclusive_or_below_512(quote, &scan->in_text);
  __m512i space = _mm512_andnot_si512(inside, m.space);
  __m512i comma = _mm512_andnot_si512(inside, m.comma);
  __m512i colon = _mm512_andnot_si512(inside, m.colon);
  __m512i opening = _mm512_andnot_si512(inside, m.opening);
  __m512i closing = _mm512_andnot_si512(inside, m.closing);
  __m512i text_start = _mm512_and_si512(quote, inside);
  __m512i plain = _mm512_andnot_si512(m.backslash, inside);
  __m512i text_stop = _mm512_andnot_si512(plain, add_512(plain, text_start, &scan->is_plain));

  __m512i separator = _mm512_or_si512(comma, colon);
  __m512i before_value = _mm512_or_si512(separator, opening);
  __m512i bracket_or_text = _mm512_or_si512(_mm512_or_si512(opening, closing),
                                            _mm512_or_si512(inside, quote));
  __m512i no_scalar = _mm512_or_si512(_mm512_or_si512(space, separator), bracket_or_text);
  __m512i scalar = _mm512_xor_si512(no_scalar, _mm512_set1_epi64(-1));
  __m512i scalar_start = _mm512_andnot_si512(move_up(scalar, state->scalar), scalar);
  __m512i behind = move_up(before_value, state->before_value);
  __m512i expected = _mm512_andnot_si512(space, add_512(behind, space, &scan->expects_value));
  __m512i value = _mm512_or_si512(_mm512_or_si512(text_start, opening), scalar_start);
  __m512i wrong = _mm512_and_si512(_mm512_xor_si512(expected, value),
                                   _mm512_or_si512(value, separator));
  __m512i control = _mm512_and_si512(m.control, inside);
  state->errors = _mm512_or_si512(state->errors, _mm512_or_si512(wrong, control));
  state->commas = _mm512_add_epi64(state->commas, _mm512_popcnt_epi64(comma));
  state->colons = _mm512_add_epi64(state->colons, _mm512_popcnt_epi64(colon));
  state->scalar = scalar;
  state->before_value = before_value;
  return _mm512_or_si512(_mm512_or_si512(value, text_stop), closing);
}

// The highest word's highest bit.
TARGET_INLINE uint64_t last_bit(__m512i bits) {
  return (uint64_t)_cvtmask8_u32(_mm512_movepi64_mask(bits)) >> 7;
}

TARGET_INLINE void find_entries_of_chunks(molt_json_scan *scan, const uint8_t *input,
                                          size_t chunk_count, uint64_t *bits) {
  const __m512i zero = _mm512_setzero_si512();
  __m512i before = _mm512_loadu_si512(scan->before), wrong = zero;
  // What a chunk expects comes from its last bit or from a carry; both are a bit to add.
  chunk_state state = {zero, _mm512_set1_epi64((long long)(scan->in_scalar << 63)), zero, zero,
                       zero};
  for (size_t i = 0; i < chunk_count; i++) {
    chunk_masks masks;
    classify_chunk(input + 512 * i, &masks);
    wrong = _mm512_or_si512(wrong, utf8_errors_of_chunk(input + 512 * i, &before));
    _mm512_storeu_si512(bits + 8 * i, entries_of_chunk(masks, scan, &state));
  }
  _mm512_storeu_si512(scan->before, before);
  scan->in_scalar = last_bit(state.scalar);
  scan->expects_value |= last_bit(state.before_value);
  scan->commas += (uint64_t)_mm512_reduce_add_epi64(state.commas);
  scan->colons += (uint64_t)_mm512_reduce_add_epi64(state.colons);
  wrong = _mm512_or_si512(wrong, state.errors);
  scan->errors |= _mm512_test_epi8_mask(wrong, wrong);
}

TARGET_INLINE void find_entries_of_blocks(molt_json_scan *scan, const uint8_t *input,
                                          size_t block_count, uint64_t *bits) {
  __m512i before = _mm512_loadu_si512(scan->before);
  for (size_t i = 0; i < block_count; i++) {
    __m512i bytes = _mm512_loadu_si512(input + 64 * i);
    __m512i wrong = utf8_errors(bytes, before);
    scan->errors |= _mm512_test_epi8_mask(wrong, wrong);
    before = bytes;
    block_masks masks = classify(bytes);
    uint64_t quote = masks.quote & ~escaped_bytes(masks.backslash, &scan->is_escaped);
    bits[i] = entries_of_block(masks, quote, exclusive_or_below(quote), scan);
  }
  _mm512_storeu_si512(scan->before, before);
}

TARGET uint32_t *molt_json_scan_avx512(molt_json_scan *state, const uint8_t *input,
                                       size_t block_count, uint32_t offset, uint32_t *entries) {
  const __m512i positions = _mm512_loadu_si512(all_positions);
  molt_json_scan scan = *state;
  // In steps of their own: what a step has to wait for is long done when it starts.
  uint64_t bits[MOLT_JSON_BLOCKS];
  while (block_count > 0) {
    size_t some = block_count < MOLT_JSON_BLOCKS ? block_count : MOLT_JSON_BLOCKS;
    size_t chunks = some / 8;
    if (chunks > 0) find_entries_of_chunks(&scan, input, chunks, bits);
    find_entries_of_blocks(&scan, input + 512 * chunks, some - 8 * chunks, bits + 8 * chunks);
    for (size_t i = 0; i < some; i++)
      entries = list_bits_16(bits[i], positions, offset + 64 * (uint32_t)i, entries);
    input += 64 * some;
    offset += 64 * (uint32_t)some;
    block_count -= some;
  }
  *state = scan;
  return entries;
}
#endif
