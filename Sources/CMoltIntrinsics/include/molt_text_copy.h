// Copying text that is known to be UTF-8 into a JSON string.
//
// Special bytes are those that JSON escapes and nothing else: below 0x20, the quote and the backslash.
// Bytes of 0x80 and above are copied like the rest.
#ifndef MOLT_TEXT_COPY_H
#define MOLT_TEXT_COPY_H

#include "molt_intrinsics.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MOLT_EXACT_LOADS 1
#endif
#endif

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

// Copies text up to its first special byte. Up to 32 bytes after its end may be written.
//
// Short copies load 32 bytes where these lie in one page, as in `molt_copy_text`.
//
// Returns how many bytes come before that byte: `count` if there is none.
static inline size_t molt_copy_unescaped(const uint8_t *source, size_t count,
                                         uint8_t *destination) {
#if defined(__SSE2__) && !defined(MOLT_EXACT_LOADS)
  if (count <= 32 && ((uintptr_t)source & 4095) <= 4096 - 32) {
    uint64_t both = molt_copy_block16(source, destination, 0x22, 1);
    both |= (uint64_t)molt_copy_block16(source + 16, destination + 16, 0x22, 1) << 16;
    // What comes after the text counts as special.
    return (size_t)__builtin_ctzll(both | (uint64_t)1 << count);
  }
#endif
  if (count < 16) {
    uint32_t mask = molt_copy_block_short(source, count, destination, 0x22, 1);
    return mask ? (size_t)__builtin_ctz(mask) : count;
  }
  size_t offset = 0;
#if defined(__SSE2__)
  // Two blocks at once: one test for both.
  for (; offset + 32 <= count; offset += 32) {
    uint32_t mask = molt_copy_block16(source + offset, destination + offset, 0x22, 1);
    mask |= molt_copy_block16(source + offset + 16, destination + offset + 16, 0x22, 1) << 16;
    if (mask) return offset + (size_t)__builtin_ctz(mask);
  }
#endif
  for (; offset + 16 <= count; offset += 16) {
    uint32_t mask = molt_copy_block16(source + offset, destination + offset, 0x22, 1);
    if (mask) return offset + (size_t)__builtin_ctz(mask);
  }
  if (offset == count) return count;
  // The last 16 bytes again: those that were seen before are plain.
  offset = count - 16;
  uint32_t mask = molt_copy_block16(source + offset, destination + offset, 0x22, 1);
  return mask ? offset + (size_t)__builtin_ctz(mask) : count;
}

// Copies text with its special bytes escaped. Up to six times `count` and 32 bytes are written.
//
// Returns how many of them count.
size_t molt_copy_escaping(const uint8_t *source, size_t count, uint8_t *destination);

#endif
