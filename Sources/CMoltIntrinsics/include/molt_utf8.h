// Whether bytes are UTF-8.
//
// Most texts are short and ASCII: that question is answered inline. The others go through a function
// for the CPU at hand: 32 bytes at a time with AVX2, one character at a time without it.
#ifndef MOLT_UTF8_H
#define MOLT_UTF8_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// `readable` bytes may be read from `bytes` on, at least `count`. All answers are the same.
_Bool molt_utf8_is_valid(const uint8_t *bytes, size_t count, size_t readable);
_Bool molt_utf8_is_valid_portable(const uint8_t *bytes, size_t count);
// False, too, on a CPU without AVX2; ask molt_cpu_has_avx2 first.
_Bool molt_utf8_is_valid_avx2(const uint8_t *bytes, size_t count, size_t readable);
_Bool molt_cpu_has_avx2(void);

static inline _Bool molt_is_ascii_short(const uint8_t *bytes, size_t count) {
  const uint64_t high = 0x8080808080808080ULL;
  if (count >= 8) {
    uint64_t first, last;
    memcpy(&first, bytes, 8);
    memcpy(&last, bytes + count - 8, 8);
    return ((first | last) & high) == 0;
  }
  if (count >= 4) {
    uint32_t first, last;
    memcpy(&first, bytes, 4);
    memcpy(&last, bytes + count - 4, 4);
    return ((first | last) & (uint32_t)high) == 0;
  }
  if (count == 0) return 1;
  return ((bytes[0] | bytes[count / 2] | bytes[count - 1]) & 0x80) == 0;
}

// Whether all bytes are below 0x80. `readable` as above.
static inline _Bool molt_is_ascii(const uint8_t *bytes, size_t count, size_t readable) {
#if defined(__SSE2__)
  if (count <= 16) {
    if (__builtin_expect(readable < 16, 0)) return molt_is_ascii_short(bytes, count);
    uint32_t mask = (uint32_t)_mm_movemask_epi8(_mm_loadu_si128((const __m128i *)bytes));
    return (mask & ((1u << count) - 1)) == 0;
  }
  __m128i all = _mm_loadu_si128((const __m128i *)(bytes + count - 16));
  for (size_t at = 0; at < count - 16; at += 16)
    all = _mm_or_si128(all, _mm_loadu_si128((const __m128i *)(bytes + at)));
  return _mm_movemask_epi8(all) == 0;
#else
  (void)readable;
  const uint64_t high = 0x8080808080808080ULL;
  if (count <= 16) return molt_is_ascii_short(bytes, count);
  uint64_t all;
  memcpy(&all, bytes + count - 8, 8);
  for (size_t at = 0; at < count - 8; at += 8) {
    uint64_t word;
    memcpy(&word, bytes + at, 8);
    all |= word;
  }
  return (all & high) == 0;
#endif
}

#endif
