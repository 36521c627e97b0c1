// Numbers of JSON as the words of a tape.
#ifndef MOLT_JSON_NUMBERS_H
#define MOLT_JSON_NUMBERS_H

#include <stddef.h>
#include <stdint.h>

#include "molt_json_scan.h"

// The kinds of words that are written here: an integer of 60 bits is one word, a number with a
// point two, its source and the bits of the nearest `double`. `TapeWord` has all kinds.
enum {
  MOLT_TAPE_INTEGER = 2,
  MOLT_TAPE_DOUBLE = 5,
};

// How far numbers were read, and where the words go on.
typedef struct {
  const uint32_t *next;
  uint64_t *out;
} molt_json_numbers;

// How many bytes are loaded from the start of a number.
enum { MOLT_JSON_NUMBER_REACH = 33 };

// Reads the numbers at a list of offsets and writes their words.
//
// Stops at the first that is no number, or one that is left to a slower reader: one with an
// exponent or more than 19 digits, an integer beyond 60 bits, minus zero, a number at the end of
// the input, and a few of which 64 bits of a power of ten do not say what is nearest. The portable
// path reads none.
molt_json_numbers molt_json_read_numbers(molt_json_path path, const uint8_t *input, size_t count,
                                         const uint32_t *next, const uint32_t *limit,
                                         uint64_t *out);

// Reads one number; false when it is one of those others.
static inline _Bool molt_json_read_number(molt_json_path path, const uint8_t *input, size_t count,
                                          uint32_t offset, uint64_t *out) {
  const uint32_t *behind = &offset + 1;
  return molt_json_read_numbers(path, input, count, &offset, behind, out).next == behind;
}

// The powers of ten that are exact as `double`, as far as they are asked for.
static const double molt_exact_powers[20] = {
    1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,
    1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
};

// The first 64 bits of 10^0, 10^-1, ..., cut off.
static const uint64_t molt_inverse_powers[20] = {
    0x8000000000000000, 0xCCCCCCCCCCCCCCCC, 0xA3D70A3D70A3D70A, 0x83126E978D4FDF3B,
    0xD1B71758E219652B, 0xA7C5AC471B478423, 0x8637BD05AF6C69B5, 0xD6BF94D5E57A42BC,
    0xABCC77118461CEFC, 0x89705F4136B4A597, 0xDBE6FECEBDEDD5BE, 0xAFEBFF0BCB24AAFE,
    0x8CBCCC096F5088CB, 0xE12E13424BB40E13, 0xB424DC35095CD80F, 0x901D7CF73AB0ACD9,
    0xE69594BEC44DE15B, 0xB877AA3236A4B449, 0x9392EE8E921D5D07, 0xEC1E4A7DB69561A5,
};

// The bits of the `double` nearest to a quotient of two numbers that are exact, which is what one
// rounded division gives (William Clinger, "How to read floating point numbers accurately", 1990).
//
// `digits` are at most 2^53.
static inline uint64_t molt_rounded_quotient(uint64_t digits, uint32_t fraction_count) {
  double value = (double)(int64_t)digits / molt_exact_powers[fraction_count];
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

// The bits of the `double` nearest to a number of up to 19 digits with up to 19 of them behind the
// point, or all ones where a longer power of ten has to decide.
//
// One multiplication with the first 64 bits of the power of ten does (Lemire, "Number parsing at a
// gigabyte per second", 2021), unless what was cut off could change the answer.
static inline uint64_t molt_nearest_double(uint64_t digits, uint32_t fraction_count) {
  // Without a shift by 64 where there are none.
  uint32_t zeros = (uint32_t)__builtin_clzll(digits | 1);
  unsigned __int128 product =
      (unsigned __int128)(digits << zeros) * molt_inverse_powers[fraction_count];
  uint64_t high = (uint64_t)(product >> 64), low = (uint64_t)product;
  // 54 bits and nine or ten more: all ones could carry, and a tie has nothing in the lower word.
  if ((high & 0x1FF) == 0x1FF || low <= 1)
    return digits <= 1ULL << 53 ? molt_rounded_quotient(digits, fraction_count) : ~0ULL;
  uint32_t top = (uint32_t)(high >> 63);
  uint64_t significand = high >> (top + 9);
  // floor(log2(10^-count)), exact far beyond these counts.
  int32_t exponent = ((int32_t)fraction_count * -217706) >> 16;
  uint64_t biased = (uint64_t)(exponent + 1085 + (int32_t)top - (int32_t)zeros);
  // Rounding up may carry into the exponent, which is then right too.
  return (biased << 52) + ((significand + (significand & 1)) >> 1);
}

#endif
