// Integers in memory, and the rounding of words.
#ifndef MOLT_DIGEST_BYTES_H
#define MOLT_DIGEST_BYTES_H

#include <stdint.h>
#include <string.h>

#define MOLT_INLINE static inline __attribute__((always_inline))

MOLT_INLINE uint32_t rotate_left32(uint32_t word, int count) {
  return word << count | word >> (32 - count);
}

MOLT_INLINE uint32_t rotate_right32(uint32_t word, int count) {
  return word >> count | word << (32 - count);
}

MOLT_INLINE uint64_t rotate_right64(uint64_t word, int count) {
  return word >> count | word << (64 - count);
}

MOLT_INLINE uint32_t load_little32(const uint8_t *bytes) {
  return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
         (uint32_t)bytes[3] << 24;
}

MOLT_INLINE uint32_t load_big32(const uint8_t *bytes) {
  return (uint32_t)bytes[3] | (uint32_t)bytes[2] << 8 | (uint32_t)bytes[1] << 16 |
         (uint32_t)bytes[0] << 24;
}

MOLT_INLINE uint64_t load_big64(const uint8_t *bytes) {
  return (uint64_t)load_big32(bytes) << 32 | load_big32(bytes + 4);
}

#endif
