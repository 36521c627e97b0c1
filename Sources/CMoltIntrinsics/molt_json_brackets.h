// Which bracket closes an array or object, from the masks of a block.
#ifndef MOLT_JSON_BRACKETS_H
#define MOLT_JSON_BRACKETS_H

#include "molt_json_masks.h"

// Where in a block the bracket stands that closes the last open one, or 64; `depth` are open.
ALWAYS_INLINE uint32_t last_closing(uint64_t opening, uint64_t closing, uint64_t *depth) {
  uint64_t closed = (uint64_t)__builtin_popcountll(closing);
  if (closed < *depth) {
    *depth += (uint64_t)__builtin_popcountll(opening) - closed;
    return 64;
  }
  uint64_t before = *depth;
  for (closed = 1; closing != 0; closing &= closing - 1, closed++) {
    uint64_t below = (closing & (0 - closing)) - 1;
    if (before + (uint64_t)__builtin_popcountll(opening & below) == closed)
      return (uint32_t)__builtin_ctzll(closing);
  }
  *depth = before + (uint64_t)__builtin_popcountll(opening) - (closed - 1);
  return 64;
}

#endif
