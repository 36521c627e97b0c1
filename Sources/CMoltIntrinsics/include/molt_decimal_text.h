// Decimal numbers of any notation as digits and an exponent.
#ifndef MOLT_DECIMAL_TEXT_H
#define MOLT_DECIMAL_TEXT_H

#include <stddef.h>
#include <stdint.h>

// `digits * 10^exponent`, without the sign.
typedef struct {
  uint64_t digits;
  int32_t exponent;
  uint32_t is_read;
} molt_decimal;

// Reads a text that is nothing but a number: a sign, digits with at most one point in front of
// them, among them or behind them, and an exponent.
//
// Says that it did not where the text is something else, has more than 19 digits, more than 16 of
// them in front of the point, more than 32 bytes or more than three digits of exponent; on a CPU
// without AVX2; and where the 64 bytes from the text's start are not of one page, because they are
// loaded.
molt_decimal molt_read_decimal(const uint8_t *text, size_t count);

#endif
