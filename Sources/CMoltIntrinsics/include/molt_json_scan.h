// Where the values of a JSON text stand: 64 bytes at a time become bit masks (bit i for byte i),
// and the masks become a list of offsets. After Langdale and Lemire, "Parsing gigabytes of JSON per
// second" (2019), with more said by the masks and less left to the list.
//
// The list has, in the order of the text,
//
//     { [ } ]     one entry each
//     a text      two: its opening quote, and its closing quote or the first backslash before it
//     a scalar    one: its first byte
//
// Commas and colons are not listed. The masks check that a value follows each of them and each
// opening bracket, and that nothing else is followed by a value; and they count them, so that who
// walks the list finds a comma or a colon too many by counting too:
//
//     {"a":[1,2.5]}     entries at 0 1 3 5 6 8 11 12, 1 colon, 1 comma
//
// The masks check UTF-8 and that no text holds a control character. What is wrong, and where, the
// caller finds out by reading the text again in a slower way.
#ifndef MOLT_JSON_SCAN_H
#define MOLT_JSON_SCAN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// What one block tells the next. Zero but for `expects_value` at the start of a text.
typedef struct {
  uint64_t in_text;        // all ones when the next byte is inside a text
  uint64_t is_escaped;     // 1 when the next byte is escaped
  uint64_t is_plain;       // 1 inside a text without a backslash so far
  uint64_t in_scalar;      // 1 when the byte before belongs to a scalar
  uint64_t expects_value;  // 1 when a value, or the end of what was opened, has to come next
  uint64_t errors;         // not zero as soon as the text is not JSON
  uint64_t commas;         // so far, outside of texts
  uint64_t colons;         // so far, outside of texts
  uint8_t before[64];      // the block before, where its last bytes are not ASCII
} molt_json_scan;

// The instructions that a scan may use; the CPU has to have them.
typedef enum {
  MOLT_JSON_PORTABLE = 0,
  MOLT_JSON_AVX2 = 1,
  MOLT_JSON_AVX512 = 2,
} molt_json_path;

// The best path of this CPU.
molt_json_path molt_json_best_path(void);

// Scans `block_count` blocks of 64 bytes.
//
// `offset` is that of the first byte, `entries` has room for 64 entries per block and 64 more.
// Returns where the list goes on.
uint32_t *molt_json_scan_blocks(molt_json_path path, molt_json_scan *scan, const uint8_t *input,
                                size_t block_count, uint32_t offset, uint32_t *entries);

// Whether the next byte of a text without its white space is inside a text (all ones), and escaped.
typedef struct {
  uint64_t in_text, is_escaped;
} molt_json_text_state;

// Copies `block_count` blocks of 64 bytes without the white space outside of texts.
//
// May write up to 64 bytes more than it says. Returns where the copy goes on.
uint8_t *molt_json_minify(molt_json_path path, molt_json_text_state *state, const uint8_t *input,
                          size_t block_count, uint8_t *output);

// The numbers that two times eight digits write: the first in the lower half, the second above it.
//
// Bytes from 0 to 9, the first digit in the lowest byte. Neighbours are joined three times.
static inline uint64_t molt_json_digits16(uint64_t first, uint64_t second) {
#if defined(__SSE2__)
  __m128i digits = _mm_set_epi64x((long long)second, (long long)first);
  __m128i tens = _mm_and_si128(digits, _mm_set1_epi16(0xFF));
  __m128i twos = _mm_add_epi16(_mm_mullo_epi16(tens, _mm_set1_epi16(10)),
                               _mm_srli_epi16(digits, 8));
  __m128i fours = _mm_madd_epi16(twos, _mm_set1_epi32(1 << 16 | 100));
  // Less than 10,000 each, so that 16 bits with a sign hold them.
  fours = _mm_packs_epi32(fours, fours);
  __m128i eights = _mm_madd_epi16(fours, _mm_set1_epi32(1 << 16 | 10000));
  return (uint64_t)_mm_cvtsi128_si64(eights);
#else
  uint64_t words[2] = {first, second};
  for (int i = 0; i < 2; i++) {
    uint64_t twos = (words[i] * 10 + (words[i] >> 8)) & 0x00FF00FF00FF00FFULL;
    uint64_t fours = (twos * 100 + (twos >> 16)) & 0x0000FFFF0000FFFFULL;
    words[i] = (fours * 10000 + (fours >> 32)) & 0xFFFFFFFF;
  }
  return words[0] | words[1] << 32;
#endif
}

// Copies 32 bytes and answers which of them are a quote or a backslash, one bit each.
static inline uint32_t molt_json_copy32(const uint8_t *source, uint8_t *destination) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
  __m128i low = _mm_loadu_si128((const __m128i *)source);
  __m128i high = _mm_loadu_si128((const __m128i *)(source + 16));
  _mm_storeu_si128((__m128i *)destination, low);
  _mm_storeu_si128((__m128i *)(destination + 16), high);
  low = _mm_or_si128(_mm_cmpeq_epi8(low, quote), _mm_cmpeq_epi8(low, backslash));
  high = _mm_or_si128(_mm_cmpeq_epi8(high, quote), _mm_cmpeq_epi8(high, backslash));
  return (uint32_t)_mm_movemask_epi8(low) | (uint32_t)_mm_movemask_epi8(high) << 16;
#else
  uint32_t mask = 0;
  for (uint32_t i = 0; i < 32; i++) {
    uint8_t byte = source[i];
    destination[i] = byte;
    mask |= (uint32_t)(byte == '"' || byte == '\\') << i;
  }
  return mask;
#endif
}

// The same for 64 bytes.
static inline uint64_t molt_json_copy64(const uint8_t *source, uint8_t *destination) {
  return molt_json_copy32(source, destination) |
         (uint64_t)molt_json_copy32(source + 32, destination + 32) << 32;
}

#endif
