// Copying text that is known to be UTF-8 into a JSON string.
//
// Special bytes are those that JSON escapes and nothing else: below 0x20, the quote and the backslash.
// Bytes of 0x80 and above are copied like the rest.
#ifndef MOLT_TEXT_COPY_H
#define MOLT_TEXT_COPY_H

#include "molt_escapes.h"

// Copies text up to its first special byte. Up to 32 bytes after its end may be written.
//
// Short copies load 32 bytes where these lie in one page, as in `molt_copy_text`.
//
// Returns how many bytes come before that byte: `count` if there is none.
static inline size_t molt_copy_unescaped(const uint8_t *source, size_t count,
                                         uint8_t *destination) {
#if defined(__SSE2__) && !defined(MOLT_EXACT_LOADS)
  if (count <= 32 && ((uintptr_t)source & 4095) <= 4096 - 32) {
    uint64_t both = molt_escape_block16(source, destination, 0x22);
    both |= (uint64_t)molt_escape_block16(source + 16, destination + 16, 0x22) << 16;
    // What comes after the text counts as special.
    return (size_t)__builtin_ctzll(both | (uint64_t)1 << count);
  }
#endif
  if (count < 16) {
    uint32_t mask = molt_escape_block_short(source, count, destination, 0x22);
    return mask ? (size_t)__builtin_ctz(mask) : count;
  }
  size_t offset = 0;
#if defined(__SSE2__)
  // Two blocks at once: one test for both.
  for (; offset + 32 <= count; offset += 32) {
    uint32_t mask = molt_escape_block16(source + offset, destination + offset, 0x22);
    mask |= molt_escape_block16(source + offset + 16, destination + offset + 16, 0x22) << 16;
    if (mask) return offset + (size_t)__builtin_ctz(mask);
  }
#endif
  for (; offset + 16 <= count; offset += 16) {
    uint32_t mask = molt_escape_block16(source + offset, destination + offset, 0x22);
    if (mask) return offset + (size_t)__builtin_ctz(mask);
  }
  if (offset == count) return count;
  // The last 16 bytes again: those that were seen before are plain.
  offset = count - 16;
  uint32_t mask = molt_escape_block16(source + offset, destination + offset, 0x22);
  return mask ? offset + (size_t)__builtin_ctz(mask) : count;
}

#endif
