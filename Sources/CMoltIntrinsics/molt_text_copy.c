#include "molt_text_copy.h"

#define U(code) "\\u00" code

// The escapes of JSON (RFC 8259, section 7) for the bytes below 0x60: eight bytes, of which
// `escape_sizes` count.
static const uint8_t escapes[0x60][8] = {
    U("00"), U("01"), U("02"), U("03"), U("04"), U("05"), U("06"), U("07"),
    "\\b",   "\\t",   "\\n",   U("0b"), "\\f",   "\\r",   U("0e"), U("0f"),
    U("10"), U("11"), U("12"), U("13"), U("14"), U("15"), U("16"), U("17"),
    U("18"), U("19"), U("1a"), U("1b"), U("1c"), U("1d"), U("1e"), U("1f"),
    [0x22] = "\\\"", [0x5C] = "\\\\",
};

static const uint8_t escape_sizes[0x60] = {
    6, 6, 6, 6, 6, 6, 6, 6, 2, 2, 2, 6, 2, 2, 6, 6,
    6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6,
    [0x22] = 2, [0x5C] = 2,
};

size_t molt_copy_escaping(const uint8_t *source, size_t count, uint8_t *destination) {
  uint8_t *output = destination;
  size_t offset = 0;
  while (offset < count) {
    size_t plain = molt_copy_unescaped(source + offset, count - offset, output);
    offset += plain;
    output += plain;
    if (offset == count) break;
    uint8_t byte = source[offset];
    memcpy(output, escapes[byte], 8);
    output += escape_sizes[byte];
    offset += 1;
  }
  return (size_t)(output - destination);
}
