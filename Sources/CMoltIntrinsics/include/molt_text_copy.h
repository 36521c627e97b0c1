// Copying text that is known to be UTF-8 into a JSON string.
//
// Special bytes are those that JSON escapes and nothing else: below 0x20, the quote and the backslash.
// Bytes of 0x80 and above are copied like the rest.
#ifndef MOLT_TEXT_COPY_H
#define MOLT_TEXT_COPY_H

#include "molt_intrinsics.h"

// Bit i is set when byte i of `word` (little-endian) is special. Exact: no carry leaves a byte.
static inline uint32_t molt_escape_mask8_portable(uint64_t word) {
  const uint64_t low = 0x7F7F7F7F7F7F7F7FULL, ones = 0x0101010101010101ULL;
  uint64_t seven = word & low;
  uint64_t plain = seven + ones * 0x60;  // the high bit says: the low seven bits are 0x20 or more
  plain &= (seven ^ (ones * 0x22)) + low;
  plain &= (seven ^ (ones * 0x5C)) + low;
  uint64_t special = ~(plain | word | low);
  return (uint32_t)((special >> 7) * 0x0102040810204080ULL >> 56);
}

#if defined(__SSE2__)
static inline uint32_t molt_escape_mask_sse2(__m128i bytes) {
  __m128i special = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes);
  special = _mm_or_si128(special, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x22)));
  special = _mm_or_si128(special, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x5C)));
  return (uint32_t)_mm_movemask_epi8(special);
}
#endif

static inline uint32_t molt_escape_mask8(uint64_t word) {
#if defined(__SSE2__)
  return molt_escape_mask_sse2(_mm_cvtsi64_si128((long long)word)) & 0xFF;
#else
  return molt_escape_mask8_portable(word);
#endif
}

// Copies 16 bytes and answers which of them are special, one bit each.
static inline uint32_t molt_copy_text16(const uint8_t *source, uint8_t *destination) {
#if defined(__SSE2__)
  __m128i bytes = _mm_loadu_si128((const __m128i *)source);
  _mm_storeu_si128((__m128i *)destination, bytes);
  return molt_escape_mask_sse2(bytes);
#else
  uint64_t low = molt_load64(source), high = molt_load64(source + 8);
  molt_store64(destination, low);
  molt_store64(destination + 8, high);
  return molt_escape_mask8_portable(low) | molt_escape_mask8_portable(high) << 8;
#endif
}

// The same for 0...15 bytes. Reads exactly those, in two overlapping pieces, and writes no others.
static inline uint32_t molt_copy_text_short(const uint8_t *source, size_t count,
                                            uint8_t *destination) {
  if (count >= 8) {
    uint64_t first = molt_load64(source), last = molt_load64(source + count - 8);
    molt_store64(destination, first);
    molt_store64(destination + count - 8, last);
#if defined(__SSE2__)
    uint32_t both =
        molt_escape_mask_sse2(_mm_set_epi64x((long long)last, (long long)first));
    return (both & 0xFF) | both >> 8 << (count - 8);
#else
    return molt_escape_mask8_portable(first) | molt_escape_mask8_portable(last) << (count - 8);
#endif
  }
  if (count >= 4) {
    uint32_t first = molt_load32(source), last = molt_load32(source + count - 4);
    molt_store32(destination, first);
    molt_store32(destination + count - 4, last);
    uint32_t both = molt_escape_mask8(first | (uint64_t)last << 32);
    return (both & 0xF) | both >> 4 << (count - 4);
  }
  if (count == 0) return 0;
  uint8_t first = source[0], middle = source[count / 2], last = source[count - 1];
  destination[0] = first;
  destination[count / 2] = middle;
  destination[count - 1] = last;
  // The bytes between are plain: five letters A.
  uint32_t each = molt_escape_mask8(
      0x4141414141000000ULL | first | (uint64_t)middle << 8 | (uint64_t)last << 16);
  return (each & 1) | (each >> 1 & 1) << (count / 2) | (each >> 2) << (count - 1);
}

// Copies text up to its first special byte, and writes no more than `count` bytes.
//
// Returns how many bytes come before that byte: `count` if there is none.
static inline size_t molt_copy_text(const uint8_t *source, size_t count, uint8_t *destination) {
  if (count < 16) {
    uint32_t mask = molt_copy_text_short(source, count, destination);
    return mask ? (size_t)__builtin_ctz(mask) : count;
  }
  size_t offset = 0;
#if defined(__SSE2__)
  // Two blocks at once: one test for both.
  for (; offset + 32 <= count; offset += 32) {
    uint32_t mask = molt_copy_text16(source + offset, destination + offset);
    mask |= molt_copy_text16(source + offset + 16, destination + offset + 16) << 16;
    if (mask) return offset + (size_t)__builtin_ctz(mask);
  }
#endif
  for (; offset + 16 <= count; offset += 16) {
    uint32_t mask = molt_copy_text16(source + offset, destination + offset);
    if (mask) return offset + (size_t)__builtin_ctz(mask);
  }
  if (offset == count) return count;
  // The last 16 bytes again: those that were seen before are plain.
  offset = count - 16;
  uint32_t mask = molt_copy_text16(source + offset, destination + offset);
  return mask ? offset + (size_t)__builtin_ctz(mask) : count;
}

#endif
