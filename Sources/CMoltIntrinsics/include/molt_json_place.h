// A place in a JSON text that is read in parts, and the steps from one value to the next.
//
// A step knows the masks of the 64 bytes at which it is (bit i for byte i): the quotes that are not
// escaped and the bytes that are no white space. What comes next is the next bit of one of them, so
// that a pair of an object is passed in four of them, and in one more where its value is a text:
//
//     {"id": 1, "text": "a,b"}      from `id` to `text`: the quote behind `id`, the colon, the 1,
//                                   the comma, the quote before `text`
//
// Arrays and objects are passed by counting brackets outside of texts. The masks are kept from step
// to step, because the next one mostly begins in the same 64 bytes.
#ifndef MOLT_JSON_PLACE_H
#define MOLT_JSON_PLACE_H

#include "molt_json_scan.h"

// A text and the masks of one block of it.
typedef struct {
  const uint8_t *input;
  size_t count;
  size_t base;  // the first byte of the block
  uint64_t quote, dark, backslash;
  uint64_t is_escaped;  // 1 when the byte behind the block is escaped
} molt_json_block;

typedef struct {
  molt_json_block block;
  molt_json_path path;
} molt_json_place;

// Begins with a text.
void molt_json_open(molt_json_place *place, molt_json_path path, const uint8_t *input,
                    size_t count);

// Where a step starts.
typedef enum {
  MOLT_JSON_BEHIND_BRACKET,  // behind the bracket that opens the array or object
  MOLT_JSON_AT_VALUE,        // at one of its values, which is passed
  MOLT_JSON_BEHIND_VALUE,    // behind one of its values
} molt_json_start;

// What a step came to. What is missing is missing at `at`, where the text may end.
typedef enum {
  MOLT_JSON_FOUND,
  MOLT_JSON_CLOSED,       // `at` is behind the bracket that closes the array or object
  MOLT_JSON_ESCAPED_KEY,  // found, if the key with its escapes resolved is the one
  MOLT_JSON_NO_VALUE,
  MOLT_JSON_NO_VALUE_OR_END,
  MOLT_JSON_NO_KEY,
  MOLT_JSON_NO_KEY_OR_END,
  MOLT_JSON_NO_COLON,
  MOLT_JSON_NO_END_OF_TEXT,
  MOLT_JSON_NO_END_OF_ARRAY,
  MOLT_JSON_NO_END_OF_OBJECT,
} molt_json_outcome;

typedef struct {
  size_t at;            // the value's first byte
  size_t key, key_end;  // the key's opening quote, and behind its closing one
  molt_json_outcome outcome;
} molt_json_step;

// Goes to the next element of an array.
molt_json_step molt_json_next_element(molt_json_place *place, molt_json_start start, size_t at);

// Goes to the next pair of an object, or to the next with a certain key if `key` is not null.
//
// Pairs whose key stands behind `limit` are not looked at: the object counts as closed before them.
molt_json_step molt_json_next_pair(molt_json_place *place, molt_json_start start, size_t at,
                                   const uint8_t *key, size_t key_count, size_t limit);

// Goes behind the value that starts at `at`.
molt_json_step molt_json_pass(molt_json_place *place, size_t at);

// Goes behind the bracket that closes the outermost of the last `depth` arrays and objects that are
// open at `at`; 0 when it is missing.
size_t molt_json_leave(molt_json_place *place, size_t at, size_t depth);

enum {
  MOLT_JSON_HAS_ESCAPES = 1,
  MOLT_JSON_HAS_CONTROLS = 2,   // characters below U+0020
  MOLT_JSON_HAS_NON_ASCII = 4,
};

typedef struct {
  size_t end;      // behind the closing quote; 0 when there is none
  uint32_t flags;  // what stands in the text
} molt_json_text;

// Finds the end of the text whose opening quote is at `at`.
molt_json_text molt_json_text_at(const molt_json_place *place, size_t at);

#endif
