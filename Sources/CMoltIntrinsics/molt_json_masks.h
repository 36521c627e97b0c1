// From the masks of one block to its entries: what all paths share.
#ifndef MOLT_JSON_MASKS_H
#define MOLT_JSON_MASKS_H

#include "molt_json_scan.h"

#define ALWAYS_INLINE static inline __attribute__((always_inline))

// Which bytes of a block are what.
typedef struct {
  uint64_t quote, backslash, space, comma, colon, opening, closing;
  uint64_t control;  // below 0x20
} block_masks;

// The bytes behind an odd number of backslashes.
//
// A backslash that is not escaped itself escapes the next byte. In a run of backslashes these are
// every other one, from the first: subtracting the bits behind the run's backslashes from a mask
// with every odd bit set borrows through the run and leaves exactly those.
ALWAYS_INLINE uint64_t escaped_bytes(uint64_t backslash, uint64_t *is_escaped) {
  const uint64_t odd = 0xAAAAAAAAAAAAAAAAULL;
  uint64_t candidate = backslash & ~*is_escaped;
  uint64_t behind_or_odd = candidate << 1 | odd;
  uint64_t alternating = (behind_or_odd - candidate) ^ odd;
  uint64_t escaped = alternating ^ (backslash | *is_escaped);
  *is_escaped = (alternating & backslash) >> 63;
  return escaped;
}

ALWAYS_INLINE uint64_t add_with_carry(uint64_t a, uint64_t b, uint64_t carry, uint64_t *carry_out) {
  unsigned long long out;
  uint64_t sum = __builtin_addcll(a, b, carry, &out);
  *carry_out = out;
  return sum;
}

// The entries of a block, after all checks that masks can make.
//
// `inside` is the exclusive or of each bit of `quote` with all bits below it, where `quote` has no
// escaped quotes any more: set from an opening quote up to the byte before the closing one.
ALWAYS_INLINE uint64_t entries_of_block(block_masks m, uint64_t quote, uint64_t inside,
                                        molt_json_scan *scan) {
  inside ^= scan->in_text;
  scan->in_text = (uint64_t)((int64_t)inside >> 63);
  uint64_t text_start = quote & inside;
  uint64_t outside = ~inside;
  uint64_t space = m.space & outside;
  uint64_t comma = m.comma & outside, colon = m.colon & outside;
  uint64_t opening = m.opening & outside, closing = m.closing & outside;

  // A carry runs from the opening quote to the first byte that is a backslash or closes the text.
  uint64_t plain = inside & ~m.backslash;
  uint64_t text_stop = add_with_carry(plain, text_start, scan->is_plain, &scan->is_plain) & ~plain;

  uint64_t separator = comma | colon;
  uint64_t scalar = ~(inside | quote | space | separator | opening | closing);
  uint64_t scalar_start = scalar & ~(scalar << 1 | scan->in_scalar);
  scan->in_scalar = scalar >> 63;

  // Another runs from behind each separator and opening bracket over white space.
  uint64_t before_value = separator | opening, over_space;
  uint64_t expected = add_with_carry(before_value << 1 | scan->expects_value, space, 0,
                                     &over_space) & ~space;
  scan->expects_value = before_value >> 63 | over_space;
  uint64_t value = text_start | opening | scalar_start;
  scan->errors |= ((expected ^ value) & (value | separator)) | (m.control & inside);
  scan->commas += (uint64_t)__builtin_popcountll(comma);
  scan->colons += (uint64_t)__builtin_popcountll(colon);
  return text_start | text_stop | scalar_start | opening | closing;
}

// Writes the positions of the set bits; may write up to eight entries more, of no meaning.
ALWAYS_INLINE uint32_t *list_bits(uint64_t bits, uint32_t offset, uint32_t *entries) {
  uint32_t count = (uint32_t)__builtin_popcountll(bits);
  for (uint32_t done = 0; done < count; done += 8) {
    for (uint32_t i = 0; i < 8; i++) {
      entries[done + i] = offset + (uint32_t)__builtin_ctzll(bits | 1ULL << 63);
      bits &= bits - 1;
    }
  }
  return entries + count;
}

#endif
