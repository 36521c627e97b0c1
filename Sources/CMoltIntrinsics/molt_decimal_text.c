// Decimal numbers with AVX2, without a branch for how many digits stand where.
#include "molt_decimal_text.h"

#include "molt_escapes.h"

#if defined(__x86_64__) && !defined(MOLT_EXACT_LOADS)
#include "molt_digits_avx2.h"

// The number that the last one to three digits before `end` write; eight bytes in front of it can be
// read.
TARGET_INLINE int32_t short_number(const uint8_t *end, uint32_t count) {
  uint64_t digits;
  memcpy(&digits, end - 8, sizeof digits);
  digits = (digits & 0x0F0F0F0F0F0F0F0F) >> (64 - 8 * count) << (64 - 8 * count);
  return (int32_t)((digits >> 40 & 0xFF) * 100 + (digits >> 48 & 0xFF) * 10 + (digits >> 56));
}

// -1.25e-07    sign, digits at 0, 2 and 3, a point at 1, `e` at 4, a sign, and two digits up to the end
TARGET static molt_decimal read_decimal(const uint8_t *text, size_t count) {
  const molt_decimal none = {0, 0, 0};
  uint32_t sign = *text == '-' || *text == '+';
  const uint8_t *first = text + sign;
  uint32_t length = (uint32_t)count - sign;
  digit_masks masks = find_digits(first);
  // What is behind the text does not count.
  masks.digit = _bzhi_u32(masks.digit, length);
  masks.point = _bzhi_u32(masks.point, length);
  uint32_t end = _tzcnt_u32(~(masks.digit | masks.point));
  uint32_t digit_count = end - (masks.point != 0);
  uint32_t fraction = digit_count - _tzcnt_u32(~masks.digit);
  if (digit_count - 1 > 18) return none;
  int32_t exponent = 0;
  if (end != length) {
    uint32_t is_below_one = first[end + 1] == '-';
    uint32_t start = end + 1 + (is_below_one | (first[end + 1] == '+'));
    uint32_t exponent_count = length - start;
    if ((first[end] | 0x20) != 'e' || exponent_count - 1 > 2) return none;
    if (~masks.digit >> start << (32 - exponent_count)) return none;
    exponent = short_number(first + length, exponent_count);
    exponent = (exponent ^ -(int32_t)is_below_one) + (int32_t)is_below_one;
  }
  uint64_t digits = digits_value(first, end, digit_count, fraction);
  return (molt_decimal){digits, exponent - (int32_t)fraction, 1};
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
  // 32 bytes before and 33 from the start, as a sign moves it by one.
  uintptr_t place = (uintptr_t)text & 4095;
  if (count - 1 < 32 && place - 32 <= 4096 - 65 && has_instructions())
    return read_decimal(text, count);
  return (molt_decimal){0, 0, 0};
}
#else
molt_decimal molt_read_decimal(const uint8_t *text, size_t count) {
  (void)text, (void)count;
  return (molt_decimal){0, 0, 0};
}
#endif
