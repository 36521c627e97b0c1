// What Swift has no word for: a bit mask of the bytes in a vector that answer a question.
//
// Every function here is inlined into its Swift caller. "Plain" bytes are those that stand for
// themselves in a JSON string: 0x20 and above without the quote and the backslash, and without one
// more byte of the caller's choice, `extra` (0x7F where only ASCII's printable characters are plain,
// 0xE2 where U+2028 has to be found; 0x22 otherwise, which changes nothing). Bytes of 0x80 and above
// are plain where the caller says so: `wide` is a constant at every call.
#ifndef MOLT_INTRINSICS_H
#define MOLT_INTRINSICS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

static inline uint64_t molt_load64(const uint8_t *source) {
  uint64_t value;
  memcpy(&value, source, 8);
  return value;
}

static inline uint32_t molt_load32(const uint8_t *source) {
  uint32_t value;
  memcpy(&value, source, 4);
  return value;
}

static inline void molt_store64(uint8_t *destination, uint64_t value) {
  memcpy(destination, &value, 8);
}

static inline void molt_store32(uint8_t *destination, uint32_t value) {
  memcpy(destination, &value, 4);
}

static inline _Bool molt_is_special(uint8_t byte, uint8_t extra, _Bool wide) {
  return byte < 0x20 || (byte >= 0x80 && !wide) || byte == 0x22 || byte == 0x5C || byte == extra;
}

// The high bit of each byte that is not zero. Exact: no carry leaves a byte.
static inline uint64_t molt_nonzero_bytes(uint64_t word) {
  const uint64_t low = 0x7F7F7F7F7F7F7F7FULL;
  return ((word & low) + low) | word;
}

// Bit i is set when byte i of `word` (little-endian) is not plain.
static inline uint32_t molt_special_mask8_portable(uint64_t word, uint8_t extra, _Bool wide) {
  const uint64_t low = 0x7F7F7F7F7F7F7F7FULL, ones = 0x0101010101010101ULL;
  uint64_t plain = ((word & low) + ones * 0x60) | word;  // the high bit says: 0x20 or more
  plain &= molt_nonzero_bytes(word ^ (ones * 0x22));
  plain &= molt_nonzero_bytes(word ^ (ones * 0x5C));
  plain &= molt_nonzero_bytes(word ^ (ones * extra));
  uint64_t special = (wide ? ~plain : ~plain | word) & ~low;
  // Gathers the eight high bits into one byte: each product term lands on a bit of its own.
  return (uint32_t)((special >> 7) * 0x0102040810204080ULL >> 56);
}

#if defined(__SSE2__)
static inline uint32_t molt_special_mask_sse2(__m128i bytes, uint8_t extra, _Bool wide) {
  // As signed bytes, those of 0x80 and above are less than 0x20 too.
  __m128i special = wide ? _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes)
                         : _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));
  special = _mm_or_si128(special, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x22)));
  special = _mm_or_si128(special, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x5C)));
  special = _mm_or_si128(special, _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)extra)));
  return (uint32_t)_mm_movemask_epi8(special);
}
#endif

static inline uint32_t molt_special_mask8(uint64_t word, uint8_t extra, _Bool wide) {
#if defined(__SSE2__)
  return molt_special_mask_sse2(_mm_cvtsi64_si128((long long)word), extra, wide) & 0xFF;
#else
  return molt_special_mask8_portable(word, extra, wide);
#endif
}

// Copies 16 bytes and answers which of them are not plain, one bit each.
static inline uint32_t molt_copy_block16(const uint8_t *source, uint8_t *destination,
                                         uint8_t extra, _Bool wide) {
#if defined(__SSE2__)
  __m128i bytes = _mm_loadu_si128((const __m128i *)source);
  _mm_storeu_si128((__m128i *)destination, bytes);
  return molt_special_mask_sse2(bytes, extra, wide);
#else
  uint64_t low = molt_load64(source), high = molt_load64(source + 8);
  molt_store64(destination, low);
  molt_store64(destination + 8, high);
  return molt_special_mask8_portable(low, extra, wide) |
         molt_special_mask8_portable(high, extra, wide) << 8;
#endif
}

// The same for 0...15 bytes. Reads exactly those, in two overlapping pieces, and writes no others.
static inline uint32_t molt_copy_block_short(const uint8_t *source, size_t count,
                                             uint8_t *destination, uint8_t extra,
                                             _Bool wide) {
  if (count >= 8) {
    uint64_t first = molt_load64(source), last = molt_load64(source + count - 8);
    molt_store64(destination, first);
    molt_store64(destination + count - 8, last);
#if defined(__SSE2__)
    uint32_t both = molt_special_mask_sse2(
        _mm_set_epi64x((long long)last, (long long)first), extra, wide);
    return (both & 0xFF) | both >> 8 << (count - 8);
#else
    return molt_special_mask8_portable(first, extra, wide) |
           molt_special_mask8_portable(last, extra, wide) << (count - 8);
#endif
  }
  if (count >= 4) {
    uint32_t first = molt_load32(source), last = molt_load32(source + count - 4);
    molt_store32(destination, first);
    molt_store32(destination + count - 4, last);
    uint32_t both = molt_special_mask8(first | (uint64_t)last << 32, extra, wide);
    return (both & 0xF) | both >> 4 << (count - 4);
  }
  if (count == 0) return 0;
  uint8_t first = source[0], middle = source[count / 2], last = source[count - 1];
  destination[0] = first;
  destination[count / 2] = middle;
  destination[count - 1] = last;
  // The bytes between are plain: five letters A.
  uint32_t each = molt_special_mask8(
      0x4141414141000000ULL | first | (uint64_t)middle << 8 | (uint64_t)last << 16, extra, wide);
  return (each & 1) | (each >> 1 & 1) << (count / 2) | (each >> 2) << (count - 1);
}

#endif
