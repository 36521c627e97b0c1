// Copies without white space: what needs only a few masks.
#include "molt_json_masks.h"

// The bytes of a block that are inside a text, with its opening quote and without the closing one.
//
// `inside` is the exclusive or of each bit of the quotes with all bits below it.
ALWAYS_INLINE uint64_t bytes_inside(uint64_t inside, molt_json_text_state *state) {
  inside ^= state->in_text;
  state->in_text = (uint64_t)((int64_t)inside >> 63);
  return inside;
}

static uint8_t *minify_portable(molt_json_text_state *state, const uint8_t *input,
                                size_t block_count, uint8_t *output) {
  for (size_t i = 0; i < 64 * block_count; i++) {
    uint8_t byte = input[i];
    *output = byte;
    output += state->in_text || !(byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t');
    if (byte == '"' && !state->is_escaped) state->in_text = ~state->in_text;
    state->is_escaped = byte == '\\' && !state->is_escaped;
  }
  return output;
}

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2,bmi,bmi2,pclmul,popcnt")))
#define AVX512                                                                           \
  __attribute__((target("avx2,bmi,bmi2,pclmul,popcnt,avx512f,avx512bw,avx512vl,avx512vbmi," \
                        "avx512vbmi2")))

AVX2 static inline uint64_t exclusive_or_below(uint64_t bits) {
  __m128i product = _mm_clmulepi64_si128(_mm_cvtsi64_si128((long long)bits),
                                         _mm_set1_epi8((char)0xFF), 0);
  return (uint64_t)_mm_cvtsi128_si64(product);
}

AVX2 static inline uint64_t inside_of_block(uint64_t quote, uint64_t backslash,
                                            molt_json_text_state *state) {
  if (backslash | state->is_escaped) quote &= ~escaped_bytes(backslash, &state->is_escaped);
  return bytes_inside(exclusive_or_below(quote), state);
}

AVX2 static inline uint64_t equal(__m256i low, __m256i high, char byte) {
  const __m256i all = _mm256_set1_epi8(byte);
  uint32_t first = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, all));
  uint32_t second = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, all));
  return first | (uint64_t)second << 32;
}

AVX2 static uint8_t *minify_avx2(molt_json_text_state *state, const uint8_t *input,
                                 size_t block_count, uint8_t *output) {
  for (const uint8_t *end = input + 64 * block_count; input < end; input += 64) {
    __m256i low = _mm256_loadu_si256((const __m256i *)input);
    __m256i high = _mm256_loadu_si256((const __m256i *)(input + 32));
    uint64_t space = equal(low, high, ' ') | equal(low, high, '\n') | equal(low, high, '\r') |
                     equal(low, high, '\t');
    uint64_t quote = equal(low, high, '"'), backslash = equal(low, high, '\\');
    uint64_t keep = ~(space & ~inside_of_block(quote, backslash, state));
    if (keep == ~(uint64_t)0) {
      _mm256_storeu_si256((__m256i *)output, low);
      _mm256_storeu_si256((__m256i *)(output + 32), high);
      output += 64;
      continue;
    }
    for (int i = 0; i < 64; i += 8) {
      uint64_t word, kept = keep >> i & 0xFF;
      memcpy(&word, input + i, 8);
      word = _pext_u64(word, _pdep_u64(kept, 0x0101010101010101ULL) * 0xFF);
      memcpy(output, &word, 8);
      output += __builtin_popcountll(kept);
    }
  }
  return output;
}

AVX512 static uint8_t *minify_avx512(molt_json_text_state *state, const uint8_t *input,
                                     size_t block_count, uint8_t *output) {
  const __m512i table = _mm512_broadcast_i32x4(
      _mm_setr_epi8(' ', 0, 0, 0, 0, 0, 0, 0, 0, '\t', '\n', 0, 0, '\r', 0, 0));
  for (const uint8_t *end = input + 64 * block_count; input < end; input += 64) {
    __m512i bytes = _mm512_loadu_si512(input);
    uint64_t space = _mm512_cmpeq_epi8_mask(bytes, _mm512_shuffle_epi8(table, bytes));
    uint64_t quote = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('"'));
    uint64_t backslash = _mm512_cmpeq_epi8_mask(bytes, _mm512_set1_epi8('\\'));
    uint64_t keep = ~(space & ~inside_of_block(quote, backslash, state));
    _mm512_storeu_si512(output, _mm512_maskz_compress_epi8(keep, bytes));
    output += __builtin_popcountll(keep);
  }
  return output;
}
#endif

uint8_t *molt_json_minify(molt_json_path path, molt_json_text_state *state, const uint8_t *input,
                          size_t block_count, uint8_t *output) {
#if defined(__x86_64__)
  if (path == MOLT_JSON_AVX512) return minify_avx512(state, input, block_count, output);
  if (path == MOLT_JSON_AVX2) return minify_avx2(state, input, block_count, output);
#endif
  (void)path;
  return minify_portable(state, input, block_count, output);
}
