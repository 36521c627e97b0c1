// The leading 128 bits of the powers of ten, cut off and not rounded.
//
// 10^n is the entry times 2^(floor(log2(10^n)) - 127), exactly for n from 0 to 55 and less than one
// unit more otherwise. The range serves every finite double: 10^-324 has to become an integer of
// 15 digits, and 10^308 has to shrink to one; and 19 digits times 10^-342 are the smallest that
// reading does not take for zero.
#ifndef MOLT_POWERS_OF_TEN_H
#define MOLT_POWERS_OF_TEN_H

#include <stdint.h>

enum { MOLT_LOWEST_POWER_OF_TEN = -342, MOLT_HIGHEST_POWER_OF_TEN = 338 };

// High and low words, in turn, from the lowest exponent.
extern __attribute__((visibility("hidden"))) const uint64_t molt_powers_of_ten[];

// The exponent must not be below the lowest nor above the highest.
static inline uint64_t molt_power_of_ten_high(int exponent) {
  return molt_powers_of_ten[2 * (exponent - MOLT_LOWEST_POWER_OF_TEN)];
}

static inline uint64_t molt_power_of_ten_low(int exponent) {
  return molt_powers_of_ten[2 * (exponent - MOLT_LOWEST_POWER_OF_TEN) + 1];
}

#endif
