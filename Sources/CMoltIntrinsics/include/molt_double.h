// Floats as text: the digits come from one multiplication and become characters all at once.
#ifndef MOLT_DOUBLE_H
#define MOLT_DOUBLE_H

#include <stdint.h>

// The notations of `DoubleNotation`.
enum { MOLT_DOUBLE_JSON, MOLT_DOUBLE_PYTHON, MOLT_DOUBLE_ECMASCRIPT };

// How many bytes a float may write, whatever its text needs.
enum { MOLT_DOUBLE_SPACE = 48 };

// How floats are written with one set of instructions.
typedef struct {
  uint32_t (*store)(uint64_t bits, int notation, uint8_t *output);
  uint32_t (*store_two)(uint64_t first_bits, uint64_t second_bits, int notation, uint32_t gap,
                        uint8_t *output);
} molt_double_path;

extern __attribute__((visibility("hidden"))) const molt_double_path *molt_double_best_path;

// Writes a float with its shortest digits.
//
// Returns how many bytes count, or 0 for a float that takes more: zero, subnormal numbers,
// infinities and NaN, and those few whose digits one multiplication leaves open.
static inline uint32_t molt_store_double(uint64_t bits, int notation, uint8_t *output) {
  return __atomic_load_n(&molt_double_best_path, __ATOMIC_RELAXED)->store(bits, notation, output);
}

// Writes two floats in less time than one after the other, between them a comma and, if the gap is
// of two bytes and not of one, a space.
//
// Returns how many bytes count, or 0 if one of them takes more; what was written then is void.
static inline uint32_t molt_store_two_doubles(uint64_t first_bits, uint64_t second_bits,
                                              int notation, uint32_t gap, uint8_t *output) {
  return __atomic_load_n(&molt_double_best_path, __ATOMIC_RELAXED)
      ->store_two(first_bits, second_bits, notation, gap, output);
}

// Writes `0.digits * 10^point` where the digits are the sixteen of `leading`, the first of them not
// zero, and `last`; returns how many bytes count.
uint32_t molt_store_decimal(uint64_t leading, uint64_t last, int point, int notation,
                            uint8_t *output);

// Each path by itself, for tests: 0 runs on any CPU, and those that this one lacks are null.
enum { MOLT_DOUBLE_PATH_COUNT = 2 };
const molt_double_path *molt_double_path_at(int index);

#endif
