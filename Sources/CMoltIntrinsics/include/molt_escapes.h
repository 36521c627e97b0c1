// Finds what has to be escaped in a JSON string whose text is known to be UTF-8.
//
// "Special" bytes are those below 0x20, the quote, the backslash, and one more byte of the caller's
// choice (0xE2, with which U+2028 begins; 0x22 otherwise, which changes nothing). All bytes of other
// characters stand for themselves.
#ifndef MOLT_ESCAPES_H
#define MOLT_ESCAPES_H

#include "molt_intrinsics.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MOLT_EXACT_LOADS 1
#endif
#endif

static inline _Bool molt_is_escaped(uint8_t byte, uint8_t extra) {
  return byte < 0x20 || byte == 0x22 || byte == 0x5C || byte == extra;
}

// The high bit of each byte that is not zero.
static inline uint64_t molt_nonzero_bytes(uint64_t word) {
  const uint64_t low = 0x7F7F7F7F7F7F7F7FULL;
  return ((word & low) + low) | word;
}

// Bit i is set when byte i of `word` (little-endian) is special. Exact: no carry leaves a byte.
static inline uint32_t molt_escape_mask8_portable(uint64_t word, uint8_t extra) {
  const uint64_t low = 0x7F7F7F7F7F7F7F7FULL, ones = 0x0101010101010101ULL;
  uint64_t plain = ((word & low) + ones * 0x60) | word;
  plain &= molt_nonzero_bytes(word ^ (ones * 0x22));
  plain &= molt_nonzero_bytes(word ^ (ones * 0x5C));
  plain &= molt_nonzero_bytes(word ^ (ones * extra));
  return (uint32_t)(((~plain & ~low) >> 7) * 0x0102040810204080ULL >> 56);
}

#if defined(__SSE2__)
static inline uint32_t molt_escape_mask_sse2(__m128i bytes, uint8_t extra) {
  __m128i special = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes);
  special = _mm_or_si128(special, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x22)));
  special = _mm_or_si128(special, _mm_cmpeq_epi8(bytes, _mm_set1_epi8(0x5C)));
  special = _mm_or_si128(special, _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)extra)));
  return (uint32_t)_mm_movemask_epi8(special);
}
#endif

static inline uint32_t molt_escape_mask8(uint64_t word, uint8_t extra) {
#if defined(__SSE2__)
  return molt_escape_mask_sse2(_mm_cvtsi64_si128((long long)word), extra) & 0xFF;
#else
  return molt_escape_mask8_portable(word, extra);
#endif
}

// Copies 16 bytes and answers which of them are special, one bit each.
static inline uint32_t molt_escape_block16(const uint8_t *source, uint8_t *destination,
                                           uint8_t extra) {
#if defined(__SSE2__)
  __m128i bytes = _mm_loadu_si128((const __m128i *)source);
  _mm_storeu_si128((__m128i *)destination, bytes);
  return molt_escape_mask_sse2(bytes, extra);
#else
  uint64_t low = molt_load64(source), high = molt_load64(source + 8);
  molt_store64(destination, low);
  molt_store64(destination + 8, high);
  return molt_escape_mask8_portable(low, extra) | molt_escape_mask8_portable(high, extra) << 8;
#endif
}

// The same for 0...15 bytes. Reads exactly those, in overlapping pieces, and writes no others.
static inline uint32_t molt_escape_block_short(const uint8_t *source, size_t count,
                                               uint8_t *destination, uint8_t extra) {
  if (count >= 8) {
    uint64_t first = molt_load64(source), last = molt_load64(source + count - 8);
    molt_store64(destination, first);
    molt_store64(destination + count - 8, last);
#if defined(__SSE2__)
    uint32_t both =
        molt_escape_mask_sse2(_mm_set_epi64x((long long)last, (long long)first), extra);
    return (both & 0xFF) | both >> 8 << (count - 8);
#else
    return molt_escape_mask8_portable(first, extra) |
           molt_escape_mask8_portable(last, extra) << (count - 8);
#endif
  }
  if (count >= 4) {
    uint32_t first = molt_load32(source), last = molt_load32(source + count - 4);
    molt_store32(destination, first);
    molt_store32(destination + count - 4, last);
    uint32_t both = molt_escape_mask8(first | (uint64_t)last << 32, extra);
    return (both & 0xF) | both >> 4 << (count - 4);
  }
  if (count == 0) return 0;
  uint8_t first = source[0], middle = source[count / 2], last = source[count - 1];
  destination[0] = first;
  destination[count / 2] = middle;
  destination[count - 1] = last;
  // The bytes between are plain: five letters A.
  uint32_t each = molt_escape_mask8(
      0x4141414141000000ULL | first | (uint64_t)middle << 8 | (uint64_t)last << 16, extra);
  return (each & 1) | (each >> 1 & 1) << (count / 2) | (each >> 2) << (count - 1);
}

// Copies `count` bytes, at least 2. Up to 32 bytes after them may be written.
//
// Short copies load 32 bytes where these lie in one page, so that the loads cannot fault; what they
// get besides the bytes is scratch in the destination. Under a sanitizer exactly the bytes are read.
static inline void molt_copy_text(const uint8_t *source, size_t count, uint8_t *destination) {
#if defined(__SSE2__) && !defined(MOLT_EXACT_LOADS)
  if (count <= 32 && ((uintptr_t)source & 4095) <= 4096 - 32) {
    __m128i first = _mm_loadu_si128((const __m128i *)source);
    __m128i second = _mm_loadu_si128((const __m128i *)(source + 16));
    _mm_storeu_si128((__m128i *)destination, first);
    _mm_storeu_si128((__m128i *)(destination + 16), second);
    return;
  }
  if (count >= 16) {
    size_t offset = 0;
    for (; offset + 16 < count; offset += 16) {
      __m128i block = _mm_loadu_si128((const __m128i *)(source + offset));
      _mm_storeu_si128((__m128i *)(destination + offset), block);
    }
    __m128i last = _mm_loadu_si128((const __m128i *)(source + count - 16));
    _mm_storeu_si128((__m128i *)(destination + count - 16), last);
    return;
  }
#endif
  memcpy(destination, source, count);
}

#endif
