// Decimal numbers with AVX2: all digits at once, wherever their point is.
#include "molt_decimal_text.h"

#include "molt_text_copy.h"

#if defined(__x86_64__) && !defined(MOLT_EXACT_LOADS)
#include "molt_digits_avx2.h"

#include "molt_digit_values.h"

// How many bytes from the start of a text are loaded, at most.
enum { REACH = 64 };

// -1.25e-07    a sign; digits at 0, 2 and 3, a point at 1, `e` at 4, a sign, digits at 6 and 7
TARGET static molt_decimal read_decimal(const uint8_t *text, size_t count) {
  const molt_decimal none = {0, 0, 0};
  uint32_t sign = *text == '-' || *text == '+';
  const uint8_t *first = text + sign;
  uint32_t length = (uint32_t)count - sign;
  number_bytes bytes = load_number(first);
  // What is behind the text does not count.
  uint32_t digit = _bzhi_u32(bytes.digit, length);
  uint32_t point = _bzhi_u32(bytes.point, length) & ~digit & (digit + 1);
  uint32_t end = _tzcnt_u32(~(digit | point)), whole = _tzcnt_u32(~digit);
  uint32_t digit_count = end - (point != 0);
  if (digit_count - 1 > 18 || whole > 16) return none;
  int32_t exponent = 0;
  if (end != length) {
    uint32_t is_below_one = first[end + 1] == '-';
    uint32_t start = end + 1 + (is_below_one | (first[end + 1] == '+'));
    uint32_t exponent_count = length - start;
    if ((first[end] | 0x20) != 'e' || exponent_count - 1 > 2) return none;
    if (~digit >> start << (32 - exponent_count)) return none;
    exponent = (int32_t)few_digits(first + start, exponent_count);
    exponent = (exponent ^ -(int32_t)is_below_one) + (int32_t)is_below_one;
  }
  exponent -= (int32_t)(digit_count - whole);
  __m128i digits = first_digits(bytes, first, whole);
  if (digit_count <= 16) return (molt_decimal){short_value(digits, digit_count), exponent, 1};
  // Up to 16 in front of the point: it is behind one of those.
  uint64_t value = append_digits(join_digits(digits), first + 17, digit_count - 16);
  return (molt_decimal){value, exponent, 1};
}

static _Bool has_instructions(void) {
  // 0 unknown, 1 no, 2 yes. Whoever asks first finds out; all find the same.
  static int known;
  int answer = __atomic_load_n(&known, __ATOMIC_RELAXED);
  if (answer == 0) {
    __builtin_cpu_init();
    _Bool has = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
                __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("lzcnt");
    answer = has ? 2 : 1;
    __atomic_store_n(&known, answer, __ATOMIC_RELAXED);
  }
  return answer == 2;
}

molt_decimal molt_read_decimal(const uint8_t *text, size_t count) {
  if (count - 1 < 32 && ((uintptr_t)text & 4095) <= 4096 - REACH && has_instructions())
    return read_decimal(text, count);
  return (molt_decimal){0, 0, 0};
}
#else
molt_decimal molt_read_decimal(const uint8_t *text, size_t count) {
  (void)text, (void)count;
  return (molt_decimal){0, 0, 0};
}
#endif
