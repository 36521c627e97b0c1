// Numbers of JSON with AVX2.
#include "molt_json_numbers.h"

#if defined(__x86_64__)
#include "molt_digits_avx2.h"

// What may stand behind a number: white space, a comma or a closing bracket.
static const uint8_t may_follow[256] = {
    ['\t'] = 1, ['\n'] = 1, ['\r'] = 1, [' '] = 1, [','] = 1, [']'] = 1, ['}'] = 1,
};

// A number without its sign.
typedef struct {
  uint64_t digits;
  uint32_t byte_count;      // 0 when this is no such number
  uint32_t fraction_count;  // digits behind the point
  uint32_t has_point;
} decimal;

TARGET_INLINE decimal read_decimal(const uint8_t *first) {
  const decimal none = {0, 0, 0, 0};
  digit_masks masks = find_digits(first);
  uint32_t end = _tzcnt_u32(~(masks.digit | masks.point));
  uint32_t has_point = masks.point != 0;
  uint32_t count = end - has_point;
  uint32_t fraction = count - _tzcnt_u32(~masks.digit);
  // Digits have to stand at the start and behind a point.
  if ((masks.point << 1 | 1) & ~masks.digit) return none;
  if (count > 19 || !may_follow[first[end]]) return none;
  uint16_t start;
  memcpy(&start, first, sizeof start);
  // A zero with a digit behind it, as nothing else of that kind may follow.
  if ((start & 0xF0FF) == 0x3030) return none;
  return (decimal){digits_value(first, end, count, fraction), end, fraction, has_point};
}

TARGET molt_json_numbers molt_json_read_numbers(const uint8_t *input, size_t count,
                                                const uint32_t *next, const uint32_t *limit,
                                                uint64_t *out) {
  const uint64_t integer = (1ULL << 60) - 1;
  if (count < MOLT_JSON_NUMBER_BEFORE + MOLT_JSON_NUMBER_REACH) limit = next;
  size_t places = count - MOLT_JSON_NUMBER_BEFORE - MOLT_JSON_NUMBER_REACH;
  for (; next < limit; next++) {
    size_t start = *next;
    if (start - MOLT_JSON_NUMBER_BEFORE > places) break;
    uint64_t sign = input[start] == '-';
    decimal read = read_decimal(input + start + sign);
    if (read.byte_count == 0) break;
    uint64_t bits = molt_nearest_double(read.digits, read.fraction_count);
    // Which of both it is can be hard to predict, so that both are made.
    uint64_t is_float = 0 - (uint64_t)read.has_point;
    // Minus zero is left out here too.
    if ((read.digits - sign) >> 59 & ~is_float) break;
    if (bits == ~0ULL && read.has_point) break;
    uint64_t source = (uint64_t)MOLT_TAPE_DOUBLE << 60 | (uint64_t)(read.byte_count + sign) << 32;
    uint64_t value = ((read.digits ^ (0 - sign)) + sign) & integer;
    value |= (uint64_t)MOLT_TAPE_INTEGER << 60;
    out[0] = value ^ ((value ^ (source | start)) & is_float);
    out[1] = bits | sign << 63;
    out += 1 + read.has_point;
  }
  return (molt_json_numbers){next, out};
}
#else
molt_json_numbers molt_json_read_numbers(const uint8_t *input, size_t count, const uint32_t *next,
                                         const uint32_t *limit, uint64_t *out) {
  (void)input, (void)count, (void)limit;
  return (molt_json_numbers){next, out};
}
#endif
