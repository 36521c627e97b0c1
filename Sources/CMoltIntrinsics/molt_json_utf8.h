// The tables of a UTF-8 check by three lookups (Keiser and Lemire, "Validating UTF-8 in less than
// one instruction per byte", 2021).
//
// Every error shows in the first 12 bits of two bytes in a row. Each bit below is an error; a
// table says which of them half a byte allows, and what all three allow has happened. That a third
// or fourth byte follows where it must is checked against "two continuations", the one bit that
// is no error by itself.
#ifndef MOLT_JSON_UTF8_H
#define MOLT_JSON_UTF8_H

#include <stdint.h>

enum {
  TOO_SHORT = 1 << 0,      // a first byte, and no continuation behind it
  TOO_LONG = 1 << 1,       // ASCII, and a continuation behind it
  OVERLONG_3 = 1 << 2,     // E0 80...9F
  TOO_LARGE = 1 << 3,      // F4 90...BF, F5...FF 90...BF
  SURROGATE = 1 << 4,      // ED A0...BF
  OVERLONG_2 = 1 << 5,     // C0...C1
  OVERLONG_4 = 1 << 6,     // F0 80...8F, and F5...FF 80...8F, too large
  CONTINUATIONS = 1 << 7,  // two in a row
  ANY_LOW = TOO_SHORT | TOO_LONG | CONTINUATIONS,
  BEYOND = ANY_LOW | TOO_LARGE | OVERLONG_4,
};

// By the upper half of the first byte.
static const uint8_t molt_utf8_first_high[16] = {
    TOO_LONG,               TOO_LONG,
    TOO_LONG,               TOO_LONG,
    TOO_LONG,               TOO_LONG,
    TOO_LONG,               TOO_LONG,
    CONTINUATIONS,          CONTINUATIONS,
    CONTINUATIONS,          CONTINUATIONS,
    TOO_SHORT | OVERLONG_2, TOO_SHORT,
    TOO_SHORT | OVERLONG_3 | SURROGATE,
    TOO_SHORT | TOO_LARGE | OVERLONG_4,
};

// By its lower half.
static const uint8_t molt_utf8_first_low[16] = {
    ANY_LOW | OVERLONG_2 | OVERLONG_3 | OVERLONG_4,
    ANY_LOW | OVERLONG_2,
    ANY_LOW, ANY_LOW,
    ANY_LOW | TOO_LARGE,
    BEYOND, BEYOND, BEYOND, BEYOND, BEYOND, BEYOND, BEYOND, BEYOND,
    BEYOND | SURROGATE,
    BEYOND, BEYOND,
};

// By the upper half of the second byte.
static const uint8_t molt_utf8_second_high[16] = {
    TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
    TOO_LONG | CONTINUATIONS | OVERLONG_2 | OVERLONG_3 | OVERLONG_4,
    TOO_LONG | CONTINUATIONS | OVERLONG_2 | OVERLONG_3 | TOO_LARGE,
    TOO_LONG | CONTINUATIONS | OVERLONG_2 | SURROGATE | TOO_LARGE,
    TOO_LONG | CONTINUATIONS | OVERLONG_2 | SURROGATE | TOO_LARGE,
    TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
};

#endif
