// The steps of molt_json_place.h for the CPU at hand.
#include "molt_json_place.h"
#include "molt_json_brackets.h"
#include "molt_json_masks.h"

typedef struct {
  uint64_t quote, backslash;
} quote_masks;

typedef struct {
  uint64_t opening, closing;
} bracket_masks;

// The bytes of a text, up to its end.
typedef struct {
  uint64_t quote, backslash, control, high;
} content_masks;

ALWAYS_INLINE _Bool same_bytes(const uint8_t *a, const uint8_t *b, size_t count) {
  uint64_t first, second, third, fourth;
  while (count >= 16) {
    memcpy(&first, a, 8);
    memcpy(&second, b, 8);
    if (first != second) return 0;
    a += 8;
    b += 8;
    count -= 8;
  }
  if (count >= 8) {
    memcpy(&first, a, 8);
    memcpy(&second, b, 8);
    memcpy(&third, a + count - 8, 8);
    memcpy(&fourth, b + count - 8, 8);
    return ((first ^ second) | (third ^ fourth)) == 0;
  }
  if (count >= 4) {
    uint32_t each[4];
    memcpy(each, a, 4);
    memcpy(each + 1, b, 4);
    memcpy(each + 2, a + count - 4, 4);
    memcpy(each + 3, b + count - 4, 4);
    return ((each[0] ^ each[1]) | (each[2] ^ each[3])) == 0;
  }
  for (size_t i = 0; i < count; i++)
    if (a[i] != b[i]) return 0;
  return 1;
}

// The block at `input`; the last one is filled up with spaces in `copy`.
ALWAYS_INLINE const uint8_t *filled_block(const uint8_t *input, size_t count, uint8_t *copy) {
  if (__builtin_expect(count >= 64, 1)) return input;
  memset(copy, ' ', 64);
  memcpy(copy, input, count);
  return copy;
}

// --- Without more than any CPU has.

ALWAYS_INLINE uint64_t equal_portable(const uint8_t *block, uint8_t byte) {
  uint64_t mask = 0;
#if defined(__SSE2__)
  const __m128i all = _mm_set1_epi8((char)byte);
  for (int i = 0; i < 4; i++) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)(block + 16 * i));
    mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, all)) << (16 * i);
  }
#else
  for (int i = 0; i < 64; i++) mask |= (uint64_t)(block[i] == byte) << i;
#endif
  return mask;
}

ALWAYS_INLINE uint64_t high_portable(const uint8_t *block) {
  uint64_t mask = 0;
#if defined(__SSE2__)
  for (int i = 0; i < 4; i++)
    mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(
                _mm_loadu_si128((const __m128i *)(block + 16 * i))) << (16 * i);
#else
  for (int i = 0; i < 64; i++) mask |= (uint64_t)(block[i] >> 7) << i;
#endif
  return mask;
}

ALWAYS_INLINE uint64_t below_portable(const uint8_t *block, uint8_t limit) {
  uint64_t mask = 0;
#if defined(__SSE2__)
  const __m128i last = _mm_set1_epi8((char)(limit - 1));
  for (int i = 0; i < 4; i++) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)(block + 16 * i));
    bytes = _mm_cmpeq_epi8(_mm_max_epu8(bytes, last), last);
    mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(bytes) << (16 * i);
  }
#else
  for (int i = 0; i < 64; i++) mask |= (uint64_t)(block[i] < limit) << i;
#endif
  return mask;
}

ALWAYS_INLINE quote_masks quotes_at_portable(const uint8_t *input, size_t count) {
  uint8_t copy[64];
  const uint8_t *block = filled_block(input, count, copy);
  return (quote_masks){equal_portable(block, '"'), equal_portable(block, '\\')};
}

ALWAYS_INLINE uint64_t dark_at_portable(const uint8_t *input, size_t count) {
  uint8_t copy[64];
  const uint8_t *block = filled_block(input, count, copy);
  uint64_t space = equal_portable(block, ' ') | equal_portable(block, '\n') |
                   equal_portable(block, '\r') | equal_portable(block, '\t');
  return ~space;
}

ALWAYS_INLINE bracket_masks brackets_at_portable(const uint8_t *input, size_t count) {
  uint8_t copy[64];
  const uint8_t *block = filled_block(input, count, copy);
  return (bracket_masks){equal_portable(block, '{') | equal_portable(block, '['),
                         equal_portable(block, '}') | equal_portable(block, ']')};
}

ALWAYS_INLINE uint64_t marks_at_portable(const uint8_t *input, size_t count) {
  uint8_t copy[64];
  const uint8_t *block = filled_block(input, count, copy);
  bracket_masks brackets = brackets_at_portable(block, 64);
  return brackets.opening | brackets.closing | equal_portable(block, ',') |
         equal_portable(block, ':') | equal_portable(block, '"') | below_portable(block, 0x21);
}

ALWAYS_INLINE content_masks content_at_portable(const uint8_t *input, size_t count) {
  uint8_t copy[64];
  const uint8_t *block = filled_block(input, count, copy);
  return (content_masks){equal_portable(block, '"'), equal_portable(block, '\\'),
                         below_portable(block, 0x20), high_portable(block)};
}

ALWAYS_INLINE uint64_t xor_below_portable(uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

#define INSTRUCTIONS
#define NAME(x) x##_portable
#include "molt_json_steps.h"
#undef INSTRUCTIONS
#undef NAME

#if defined(__x86_64__)
#include <immintrin.h>

// --- With AVX2.

#define AVX2 __attribute__((target("avx2,bmi,bmi2,pclmul,popcnt")))

AVX2 ALWAYS_INLINE uint64_t xor_below_avx2(uint64_t bits) {
  __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)bits),
                                         _mm_set1_epi8((char)0xFF), 0);
  return (uint64_t)_mm_cvtsi128_si64(product);
}

AVX2 ALWAYS_INLINE uint64_t bits_of(__m256i low, __m256i high) {
  return (uint32_t)_mm256_movemask_epi8(low) |
         (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

AVX2 ALWAYS_INLINE uint64_t equal_avx2(__m256i low, __m256i high, char byte) {
  const __m256i all = _mm256_set1_epi8(byte);
  return bits_of(_mm256_cmpeq_epi8(low, all), _mm256_cmpeq_epi8(high, all));
}

AVX2 ALWAYS_INLINE uint64_t below_avx2(__m256i low, __m256i high, char limit) {
  const __m256i last = _mm256_set1_epi8(limit - 1);
  return bits_of(_mm256_cmpeq_epi8(_mm256_max_epu8(low, last), last),
                 _mm256_cmpeq_epi8(_mm256_max_epu8(high, last), last));
}

// The block at `input` as two vectors.
#define LOAD_AVX2                                                        \
  uint8_t copy[64];                                                      \
  const uint8_t *block = filled_block(input, count, copy);               \
  __m256i low = _mm256_loadu_si256((const __m256i *)block);              \
  __m256i high = _mm256_loadu_si256((const __m256i *)(block + 32))

AVX2 ALWAYS_INLINE quote_masks quotes_at_avx2(const uint8_t *input, size_t count) {
  LOAD_AVX2;
  return (quote_masks){equal_avx2(low, high, '"'), equal_avx2(low, high, '\\')};
}

AVX2 ALWAYS_INLINE uint64_t dark_at_avx2(const uint8_t *input, size_t count) {
  LOAD_AVX2;
  // White space is what stands in the table at the place that its lower half says.
  const __m256i table = _mm256_setr_epi8(
      ' ', 0, 0, 0, 0, 0, 0, 0, 0, '\t', '\n', 0, 0, '\r', 0, 0,
      ' ', 0, 0, 0, 0, 0, 0, 0, 0, '\t', '\n', 0, 0, '\r', 0, 0);
  return ~bits_of(_mm256_cmpeq_epi8(low, _mm256_shuffle_epi8(table, low)),
                  _mm256_cmpeq_epi8(high, _mm256_shuffle_epi8(table, high)));
}

AVX2 ALWAYS_INLINE bracket_masks brackets_at_avx2(const uint8_t *input, size_t count) {
  LOAD_AVX2;
  const __m256i bit = _mm256_set1_epi8(0x20);
  low = _mm256_or_si256(low, bit);
  high = _mm256_or_si256(high, bit);
  return (bracket_masks){equal_avx2(low, high, '{'), equal_avx2(low, high, '}')};
}

AVX2 ALWAYS_INLINE uint64_t marks_at_avx2(const uint8_t *input, size_t count) {
  LOAD_AVX2;
  bracket_masks brackets = brackets_at_avx2(block, 64);
  return brackets.opening | brackets.closing | equal_avx2(low, high, ',') |
         equal_avx2(low, high, ':') | equal_avx2(low, high, '"') | below_avx2(low, high, 0x21);
}

AVX2 ALWAYS_INLINE content_masks content_at_avx2(const uint8_t *input, size_t count) {
  LOAD_AVX2;
  return (content_masks){equal_avx2(low, high, '"'), equal_avx2(low, high, '\\'),
                         below_avx2(low, high, 0x20), bits_of(low, high)};
}

#define INSTRUCTIONS AVX2
#define NAME(x) x##_avx2
#include "molt_json_steps.h"
#undef INSTRUCTIONS
#undef NAME

// --- With AVX-512.

#define AVX512                                                                             \
  __attribute__((target("avx2,bmi,bmi2,pclmul,popcnt,avx512f,avx512bw,avx512vl,avx512vbmi," \
                        "avx512vbmi2")))

AVX512 ALWAYS_INLINE __m512i bytes_avx512(const uint8_t *input, size_t count) {
  if (__builtin_expect(count >= 64, 1)) return _mm512_loadu_si512(input);
  return _mm512_mask_loadu_epi8(_mm512_set1_epi8(' '), ((uint64_t)1 << count) - 1, input);
}

AVX512 ALWAYS_INLINE uint64_t equal_avx512(__m512i bytes, char byte) {
  return _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8(byte));
}

AVX512 ALWAYS_INLINE uint64_t xor_below_avx512(uint64_t bits) {
  __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)bits),
                                         _mm_set1_epi8((char)0xFF), 0);
  return (uint64_t)_mm_cvtsi128_si64(product);
}

AVX512 ALWAYS_INLINE quote_masks quotes_at_avx512(const uint8_t *input, size_t count) {
  __m512i bytes = bytes_avx512(input, count);
  return (quote_masks){equal_avx512(bytes, '"'), equal_avx512(bytes, '\\')};
}

AVX512 ALWAYS_INLINE uint64_t dark_at_avx512(const uint8_t *input, size_t count) {
  __m512i bytes = bytes_avx512(input, count);
  const __m512i table = _mm512_broadcast_i32x4(
      _mm_setr_epi8(' ', 0, 0, 0, 0, 0, 0, 0, 0, '\t', '\n', 0, 0, '\r', 0, 0));
  return _mm512_cmpneq_epi8_mask(bytes, _mm512_shuffle_epi8(table, bytes));
}

AVX512 ALWAYS_INLINE bracket_masks brackets_at_avx512(const uint8_t *input, size_t count) {
  __m512i bytes = _mm512_or_si512(bytes_avx512(input, count), _mm512_set1_epi8(0x20));
  return (bracket_masks){equal_avx512(bytes, '{'), equal_avx512(bytes, '}')};
}

AVX512 ALWAYS_INLINE uint64_t marks_at_avx512(const uint8_t *input, size_t count) {
  __m512i bytes = bytes_avx512(input, count);
  bracket_masks brackets = brackets_at_avx512(input, count);
  return brackets.opening | brackets.closing | equal_avx512(bytes, ',') |
         equal_avx512(bytes, ':') | equal_avx512(bytes, '"') |
         _mm512_cmplt_epu8_mask(bytes, _mm512_set1_epi8(0x21));
}

AVX512 ALWAYS_INLINE content_masks content_at_avx512(const uint8_t *input, size_t count) {
  __m512i bytes = bytes_avx512(input, count);
  return (content_masks){equal_avx512(bytes, '"'), equal_avx512(bytes, '\\'),
                         _mm512_cmplt_epu8_mask(bytes, _mm512_set1_epi8(0x20)),
                         _mm512_movepi8_mask(bytes)};
}

#define INSTRUCTIONS AVX512
#define NAME(x) x##_avx512
#include "molt_json_steps.h"
#undef INSTRUCTIONS
#undef NAME
#endif

// --- For the CPU at hand.

#if defined(__x86_64__)
#define CHOOSE(path, name, ...)                                        \
  ((path) == MOLT_JSON_AVX512 ? name##_avx512(__VA_ARGS__)             \
   : (path) == MOLT_JSON_AVX2 ? name##_avx2(__VA_ARGS__)               \
                              : name##_portable(__VA_ARGS__))
#else
#define CHOOSE(path, name, ...) name##_portable(__VA_ARGS__)
#endif

void molt_json_open(molt_json_place *place, molt_json_path path, const uint8_t *input,
                    size_t count) {
  // A block that no offset is in: the first step makes its own.
  molt_json_block block = {.input = input, .count = count, .base = count + 1};
  place->block = block;
  place->path = path;
}

molt_json_step molt_json_next_element(molt_json_place *place, molt_json_start start, size_t at) {
  return CHOOSE(place->path, next_element, place, start, at);
}

molt_json_step molt_json_next_pair(molt_json_place *place, molt_json_start start, size_t at,
                                   const uint8_t *key, size_t key_count, size_t limit) {
  return CHOOSE(place->path, next_pair, place, start, at, key, key_count, limit);
}

molt_json_step molt_json_pass(molt_json_place *place, size_t at) {
  return CHOOSE(place->path, pass_value, place, at);
}

size_t molt_json_leave(molt_json_place *place, size_t at, size_t depth) {
  return CHOOSE(place->path, leave, place, at, depth);
}

molt_json_text molt_json_text_at(const molt_json_place *place, size_t at) {
  return CHOOSE(place->path, find_text, &place->block, at);
}
