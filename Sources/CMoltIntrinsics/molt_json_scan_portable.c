// The scan without vector instructions: a table, and bit matrices turned over.
#include "molt_json_masks.h"

enum {
  QUOTE = 1, BACKSLASH = 2, SPACE = 4, COMMA = 8, COLON = 16, OPENING = 32, CLOSING = 64,
  CONTROL = 128,
};

static const uint8_t classes[256] = {
    [0x00 ... 0x08] = CONTROL,
    [0x0B ... 0x0C] = CONTROL,
    [0x0E ... 0x1F] = CONTROL,
    ['\t'] = CONTROL | SPACE,
    ['\n'] = CONTROL | SPACE,
    ['\r'] = CONTROL | SPACE,
    [' '] = SPACE,
    ['"'] = QUOTE,
    ['\\'] = BACKSLASH,
    [','] = COMMA,
    [':'] = COLON,
    ['{'] = OPENING,
    ['['] = OPENING,
    ['}'] = CLOSING,
    [']'] = CLOSING,
};

// Turns over a matrix of 8 times 8 bits: bit j of byte i becomes bit i of byte j.
ALWAYS_INLINE uint64_t transpose(uint64_t m) {
  uint64_t swap = (m ^ m >> 7) & 0x00AA00AA00AA00AAULL;
  m ^= swap ^ swap << 7;
  swap = (m ^ m >> 14) & 0x0000CCCC0000CCCCULL;
  m ^= swap ^ swap << 14;
  swap = (m ^ m >> 28) & 0x00000000F0F0F0F0ULL;
  return m ^ swap ^ swap << 28;
}

ALWAYS_INLINE block_masks classify(const uint8_t *block, uint64_t *non_ascii) {
  uint64_t masks[8] = {0};
  *non_ascii = 0;
  for (int group = 0; group < 8; group++) {
    uint64_t each = 0;
    for (int i = 0; i < 8; i++) {
      uint8_t byte = block[group * 8 + i];
      each |= (uint64_t)classes[byte] << (8 * i);
      *non_ascii |= byte & 0x80;
    }
    each = transpose(each);
    for (int i = 0; i < 8; i++) masks[i] |= (each >> (8 * i) & 0xFF) << (8 * group);
  }
  return (block_masks){masks[0], masks[1], masks[2], masks[3],
                       masks[4], masks[5], masks[6], masks[7]};
}

// The bytes that the character before needs and the bounds of the next (The Unicode Standard,
// table 3-7), kept in `before`.
typedef struct {
  uint8_t needed, lowest, highest;
} utf8_state;

static uint64_t check_utf8(utf8_state *state, const uint8_t *block) {
  utf8_state s = *state;
  for (int i = 0; i < 64; i++) {
    uint8_t byte = block[i];
    if (s.needed > 0) {
      if (byte < s.lowest || byte > s.highest) return 1;
      s = (utf8_state){(uint8_t)(s.needed - 1), 0x80, 0xBF};
    } else if (byte >= 0x80) {
      if (byte < 0xC2 || byte > 0xF4) return 1;
      s.needed = byte < 0xE0 ? 1 : byte < 0xF0 ? 2 : 3;
      s.lowest = byte == 0xE0 ? 0xA0 : byte == 0xF0 ? 0x90 : 0x80;
      s.highest = byte == 0xED ? 0x9F : byte == 0xF4 ? 0x8F : 0xBF;
    }
  }
  *state = s;
  return 0;
}

ALWAYS_INLINE uint64_t exclusive_or_below(uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

uint32_t *molt_json_scan_portable(molt_json_scan *scan, const uint8_t *input, size_t block_count,
                                  uint32_t offset, uint32_t *entries) {
  utf8_state utf8;
  memcpy(&utf8, scan->before, sizeof utf8);
  for (size_t i = 0; i < block_count; i++) {
    uint64_t non_ascii;
    block_masks masks = classify(input + 64 * i, &non_ascii);
    if (non_ascii || utf8.needed) scan->errors |= check_utf8(&utf8, input + 64 * i);
    uint64_t quote = masks.quote & ~escaped_bytes(masks.backslash, &scan->is_escaped);
    uint64_t bits = entries_of_block(masks, quote, exclusive_or_below(quote), scan);
    entries = list_bits(bits, offset + 64 * (uint32_t)i, entries);
  }
  memcpy(scan->before, &utf8, sizeof utf8);
  return entries;
}
