// Numbers of JSON as the words of a tape.
#ifndef MOLT_JSON_NUMBERS_H
#define MOLT_JSON_NUMBERS_H

#include <stddef.h>
#include <stdint.h>

#include "molt_json_scan.h"

// The kinds of words that are written here: an integer of 60 bits is one word; minus zero is two,
// its source and the integer; a number with a point is two, its source and the bits of the nearest
// `double`. `TapeWord` has all kinds.
enum {
  MOLT_TAPE_INTEGER = 2,
  MOLT_TAPE_INT64 = 3,
  MOLT_TAPE_DOUBLE = 5,
};

// How far numbers were read, and where the words go on.
typedef struct {
  const uint32_t *next;
  uint64_t *out;
} molt_json_numbers;

// A number without an exponent: `digits` and how many of them stand behind the point.
typedef struct {
  uint64_t digits;      // without the sign
  uint32_t byte_count;  // with the sign and the point; 0 when this is not such a number
  uint32_t fraction_count;
} molt_json_decimal;

// How many bytes are loaded from the start of a number.
enum { MOLT_JSON_NUMBER_REACH = 33 };

#if defined(__x86_64__)
molt_json_decimal molt_json_read_decimal_avx2(const uint8_t *start);
molt_json_decimal molt_json_read_decimal_avx512(const uint8_t *start);
molt_json_numbers molt_json_read_numbers_avx2(const uint8_t *input, size_t count,
                                              const uint32_t *next, const uint32_t *limit,
                                              uint64_t *out);
molt_json_numbers molt_json_read_numbers_avx512(const uint8_t *input, size_t count,
                                                const uint32_t *next, const uint32_t *limit,
                                                uint64_t *out);
#endif

// Reads the numbers at a list of offsets and writes their words.
//
// Stops at the first that is no number or is left to a slower reader, which are those with an
// exponent or more than 19 digits, integers beyond 60 bits, and what stands at the end of the input.
// The portable path reads none.
static inline molt_json_numbers molt_json_read_numbers(molt_json_path path, const uint8_t *input,
                                                       size_t count, const uint32_t *next,
                                                       const uint32_t *limit, uint64_t *out) {
#if defined(__x86_64__)
  if (path == MOLT_JSON_AVX512)
    return molt_json_read_numbers_avx512(input, count, next, limit, out);
  if (path == MOLT_JSON_AVX2)
    return molt_json_read_numbers_avx2(input, count, next, limit, out);
#endif
  (void)path, (void)input, (void)count, (void)limit;
  return (molt_json_numbers){next, out};
}

// Reads one number of up to 19 digits, without words. The portable path reads none.
//
// `MOLT_JSON_NUMBER_REACH` bytes can be read from `start`.
static inline molt_json_decimal molt_json_read_decimal(molt_json_path path,
                                                       const uint8_t *start) {
#if defined(__x86_64__)
  if (path == MOLT_JSON_AVX512) return molt_json_read_decimal_avx512(start);
  if (path == MOLT_JSON_AVX2) return molt_json_read_decimal_avx2(start);
#endif
  (void)path, (void)start;
  return (molt_json_decimal){0, 0, 0};
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

// The 64 bits behind those, rounded up.
static const uint64_t molt_inverse_powers_low[20] = {
    0x0000000000000000, 0xCCCCCCCCCCCCCCCD, 0x3D70A3D70A3D70A4, 0x645A1CAC083126EA,
    0xD3C36113404EA4A9, 0x0FCF80DC33721D54, 0xA63F9A49C2C1B110, 0x3D32907604691B4D,
    0xFDC20D2B36BA7C3E, 0x31680A88F8953031, 0xB573440E5A884D1C, 0xF78F69A51539D749,
    0xF93F87B7442E45D4, 0x2865A5F206B06FBA, 0x538484C19EF38C95, 0x0F9D37014BF60A11,
    0x4C2EBE687989A9B4, 0x09BEFEB9FAD487C3, 0x3AFF322E62439FD0, 0x2B31E9E3D06C32E6,
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
// point.
//
// One multiplication with the first 64 bits of the power of ten decides, or two with 128 bits where
// what was cut off could change the answer (Lemire, "Number parsing at a gigabyte per second",
// 2021; Mushtak and Lemire, "Fast number parsing without fallback", 2023).
static inline uint64_t molt_nearest_double(uint64_t digits, uint32_t fraction_count) {
  if (__builtin_expect(digits == 0, 0)) return 0;
  uint32_t zeros = (uint32_t)__builtin_clzll(digits);
  uint64_t factor = digits << zeros;
  unsigned __int128 product = (unsigned __int128)factor * molt_inverse_powers[fraction_count];
  // 54 bits and nine or ten more: where those are all ones, something could still carry.
  if (__builtin_expect((uint64_t)(product >> 64 & 0x1FF) == 0x1FF, 0))
    product += (unsigned __int128)factor * molt_inverse_powers_low[fraction_count] >> 64;
  uint64_t high = (uint64_t)(product >> 64);
  uint32_t top = (uint32_t)(high >> 63);
  uint64_t significand = high >> (top + 9);
  // A tie that rounds up to an odd number has to go down. Only small powers have ties.
  if (__builtin_expect((uint64_t)product <= 1, 0) && fraction_count <= 4 &&
      (significand & 3) == 1 && significand << (top + 9) == high)
    significand &= ~1ULL;
  // floor(log2(10^-count)), exact far beyond these counts.
  int32_t exponent = ((int32_t)fraction_count * -217706) >> 16;
  uint64_t biased = (uint64_t)(exponent + 1085 + (int32_t)top - (int32_t)zeros);
  // Rounding up may carry into the exponent, which is then right too.
  return (biased << 52) + ((significand + (significand & 1)) >> 1);
}

#endif
