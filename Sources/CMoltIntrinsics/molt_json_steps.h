// The steps of molt_json_place.h, for one kind of instructions: included once for each, with
//
//     INSTRUCTIONS                      the attribute of the functions
//     NAME(x)                           what they are called
//     NAME(quotes_at), NAME(dark_at), NAME(brackets_at), NAME(marks_at), NAME(content_at)
//     NAME(xor_below)
//
// which see the bytes behind the end of the text as spaces.
#define STEP INSTRUCTIONS static inline __attribute__((always_inline))

// The quotes of the block at `base`.
STEP void NAME(load_quotes)(molt_json_block *p) {
  quote_masks masks = NAME(quotes_at)(p->input + p->base, p->count - p->base);
  p->backslash = masks.backslash;
  p->quote = masks.quote;
  if (masks.backslash | p->is_escaped)
    p->quote &= ~escaped_bytes(masks.backslash, &p->is_escaped);
}

STEP void NAME(load_dark)(molt_json_block *p) {
  p->dark = NAME(dark_at)(p->input + p->base, p->count - p->base);
}

// Goes to the quotes of the next block; false at the end of the text. What else is known of the block
// is of the one before, which whoever calls this changes before the step ends.
STEP _Bool NAME(advance)(molt_json_block *p) {
  if (p->count - p->base <= 64) return 0;
  p->base += 64;
  NAME(load_quotes)(p);
  return 1;
}

// Makes the block known that has the byte at `at`, which is outside of texts, or the end.
STEP void NAME(seek)(molt_json_block *p, size_t at) {
  if (at - p->base < 64) return;
  p->base = at;
  p->is_escaped = 0;
  NAME(load_quotes)(p);
  NAME(load_dark)(p);
}

STEP uint64_t NAME(from)(const molt_json_block *p, size_t at) {
  size_t bit = at - p->base;
  return bit < 64 ? ~(uint64_t)0 << bit : 0;
}

// The next byte from `at` on that is no white space; `count` when there is none.
STEP size_t NAME(next_dark)(molt_json_block *p, size_t at) {
  uint64_t bits = p->dark & NAME(from)(p, at);
  while (bits == 0) {
    if (!NAME(advance)(p)) return p->count;
    NAME(load_dark)(p);
    bits = p->dark;
  }
  return p->base + (size_t)__builtin_ctzll(bits);
}

// The next quote from `at` on that is not escaped.
STEP size_t NAME(next_quote)(molt_json_block *p, size_t at) {
  uint64_t bits = p->quote & NAME(from)(p, at);
  if (bits == 0) {
    do {
      if (p->count - p->base <= 64) {
        NAME(load_dark)(p);
        return p->count;
      }
      p->base += 64;
      // Long texts have many backslashes and few quotes: only the last byte of a block without one
      // matters to the next.
      quote_masks masks = NAME(quotes_at)(p->input + p->base, p->count - p->base);
      p->backslash = masks.backslash;
      p->quote = masks.quote;
      if (masks.quote == 0 && masks.backslash >> 63 == 0)
        p->is_escaped = 0;
      else
        p->quote &= ~escaped_bytes(masks.backslash, &p->is_escaped);
      bits = p->quote;
    } while (bits == 0);
    NAME(load_dark)(p);
  }
  return p->base + (size_t)__builtin_ctzll(bits);
}

// Behind the bracket that closes the last of `depth` that are open at `at`; 0 without one.
STEP size_t NAME(close)(molt_json_block *p, size_t at, uint64_t depth) {
  uint64_t some = NAME(from)(p, at), in_text = 0;
  while (1) {
    bracket_masks brackets = NAME(brackets_at)(p->input + p->base, p->count - p->base);
    uint64_t inside = NAME(xor_below)(p->quote & some) ^ in_text;
    in_text = (uint64_t)((int64_t)inside >> 63);
    some &= ~inside;
    uint32_t end = last_closing(brackets.opening & some, brackets.closing & some, &depth);
    if (end < 64) {
      NAME(load_dark)(p);
      return p->base + end + 1;
    }
    if (!NAME(advance)(p)) {
      NAME(load_dark)(p);
      return 0;
    }
    some = ~(uint64_t)0;
  }
}

// Behind the number or literal at `at`; there itself when there is none.
STEP size_t NAME(scalar_end)(molt_json_block *p, size_t at) {
  uint64_t some = NAME(from)(p, at);
  while (1) {
    uint64_t marks = NAME(marks_at)(p->input + p->base, p->count - p->base) & some;
    if (marks != 0) return p->base + (size_t)__builtin_ctzll(marks);
    if (!NAME(advance)(p)) return p->count;
    NAME(load_dark)(p);
    some = ~(uint64_t)0;
  }
}

STEP molt_json_outcome NAME(pass)(molt_json_block *p, size_t *at) {
  uint8_t first = p->input[*at];
  if (first == '"') {
    *at = NAME(next_quote)(p, *at + 1);
    if (*at == p->count) return MOLT_JSON_NO_END_OF_TEXT;
    *at += 1;
  } else if ((first | 0x20) == '{') {
    *at = NAME(close)(p, *at, 0);
    if (*at == 0) {
      *at = p->count;
      return first == '{' ? MOLT_JSON_NO_END_OF_OBJECT : MOLT_JSON_NO_END_OF_ARRAY;
    }
  } else {
    size_t end = NAME(scalar_end)(p, *at);
    if (end == *at) return MOLT_JSON_NO_VALUE;
    *at = end;
  }
  return MOLT_JSON_FOUND;
}

// Passes a value and white space.
STEP molt_json_outcome NAME(to_mark)(molt_json_block *p, molt_json_start start, size_t *at) {
  if (start == MOLT_JSON_AT_VALUE) {
    molt_json_outcome outcome = NAME(pass)(p, at);
    if (outcome != MOLT_JSON_FOUND) return outcome;
  }
  *at = NAME(next_dark)(p, *at);
  return MOLT_JSON_FOUND;
}

STEP molt_json_step NAME(to_element)(molt_json_block *p, molt_json_start start, size_t at) {
  molt_json_step step = {0, 0, 0, NAME(to_mark)(p, start, &at)};
  step.at = at;
  if (step.outcome != MOLT_JSON_FOUND) return step;
  uint8_t mark = at < p->count ? p->input[at] : ' ';
  if (mark == ']') {
    step.at += 1;
    step.outcome = MOLT_JSON_CLOSED;
  } else if (start == MOLT_JSON_BEHIND_BRACKET) {
    if (at == p->count) step.outcome = MOLT_JSON_NO_VALUE_OR_END;
  } else if (mark != ',') {
    step.outcome = MOLT_JSON_NO_END_OF_ARRAY;
  } else {
    step.at = NAME(next_dark)(p, at + 1);
    if (step.at == p->count) step.outcome = MOLT_JSON_NO_VALUE;
  }
  return step;
}

// Whether a key is the one (found), could be, or is another (closed).
STEP molt_json_outcome NAME(compare)(const molt_json_block *p, const molt_json_step *step,
                                     const uint8_t *key, size_t key_count) {
  if (key == 0) return MOLT_JSON_FOUND;
  size_t count = step->key_end - step->key - 2;
  const uint8_t *found = p->input + step->key + 1;
  if (count == key_count)
    return same_bytes(found, key, count) ? MOLT_JSON_FOUND : MOLT_JSON_CLOSED;
  // Escapes only make a key longer.
  if (count < key_count) return MOLT_JSON_CLOSED;
  size_t bit = step->key - p->base;
  _Bool is_escaped = bit < 64 ? p->backslash >> bit << (62 - count) != 0
                              : memchr(found, '\\', count) != 0;
  return is_escaped ? MOLT_JSON_ESCAPED_KEY : MOLT_JSON_CLOSED;
}

// Reads a key and its colon, to its value.
STEP molt_json_step NAME(read_key)(molt_json_block *p, size_t at, const uint8_t *key,
                                   size_t key_count) {
  molt_json_step step = {NAME(next_quote)(p, at + 1), at, 0, MOLT_JSON_NO_END_OF_TEXT};
  if (step.at == p->count) return step;
  step.key_end = step.at + 1;
  molt_json_outcome found = NAME(compare)(p, &step, key, key_count);
  step.at = NAME(next_dark)(p, step.key_end);
  step.outcome = MOLT_JSON_NO_COLON;
  if (step.at == p->count || p->input[step.at] != ':') return step;
  step.at = NAME(next_dark)(p, step.at + 1);
  step.outcome = step.at == p->count ? MOLT_JSON_NO_VALUE : found;
  return step;
}

STEP molt_json_step NAME(to_pair)(molt_json_block *p, molt_json_start start, size_t at,
                                  const uint8_t *key, size_t key_count, size_t limit) {
  while (1) {
    molt_json_outcome outcome = NAME(to_mark)(p, start, &at);
    if (outcome != MOLT_JSON_FOUND) return (molt_json_step){at, 0, 0, outcome};
    uint8_t mark = at < p->count ? p->input[at] : ' ';
    if (mark == '}') return (molt_json_step){at + 1, 0, 0, MOLT_JSON_CLOSED};
    if (start != MOLT_JSON_BEHIND_BRACKET) {
      if (mark != ',') return (molt_json_step){at, 0, 0, MOLT_JSON_NO_END_OF_OBJECT};
      at = NAME(next_dark)(p, at + 1);
      mark = at < p->count ? p->input[at] : ' ';
    }
    if (mark != '"')
      return (molt_json_step){at, 0, 0, start == MOLT_JSON_BEHIND_BRACKET ? MOLT_JSON_NO_KEY_OR_END
                                                                          : MOLT_JSON_NO_KEY};
    if (at > limit) return (molt_json_step){at, 0, 0, MOLT_JSON_CLOSED};
    molt_json_step step = NAME(read_key)(p, at, key, key_count);
    if (step.outcome != MOLT_JSON_CLOSED) return step;
    at = step.at;
    start = MOLT_JSON_AT_VALUE;
  }
}

// The steps themselves, over a copy of the block that stays in registers.

INSTRUCTIONS static molt_json_step NAME(next_element)(molt_json_place *place,
                                                      molt_json_start start, size_t at) {
  molt_json_block block = place->block;
  NAME(seek)(&block, at);
  molt_json_step step = NAME(to_element)(&block, start, at);
  place->block = block;
  return step;
}

INSTRUCTIONS static molt_json_step NAME(next_pair)(molt_json_place *place, molt_json_start start,
                                                   size_t at, const uint8_t *key,
                                                   size_t key_count, size_t limit) {
  molt_json_block block = place->block;
  NAME(seek)(&block, at);
  molt_json_step step = NAME(to_pair)(&block, start, at, key, key_count, limit);
  place->block = block;
  return step;
}

INSTRUCTIONS static molt_json_step NAME(pass_value)(molt_json_place *place, size_t at) {
  molt_json_block block = place->block;
  NAME(seek)(&block, at);
  molt_json_outcome outcome = NAME(pass)(&block, &at);
  place->block = block;
  return (molt_json_step){at, 0, 0, outcome};
}

INSTRUCTIONS static size_t NAME(leave)(molt_json_place *place, size_t at, size_t depth) {
  molt_json_block block = place->block;
  NAME(seek)(&block, at);
  size_t end = NAME(close)(&block, at, depth);
  place->block = block;
  return end;
}

INSTRUCTIONS static molt_json_text NAME(find_text)(const molt_json_block *p, size_t at) {
  uint64_t is_escaped = 0;
  uint32_t flags = 0;
  for (at += 1; at < p->count; at += 64) {
    content_masks masks = NAME(content_at)(p->input + at, p->count - at);
    uint64_t quote = masks.quote;
    if (masks.backslash | is_escaped) quote &= ~escaped_bytes(masks.backslash, &is_escaped);
    // The bytes before the first quote.
    uint64_t some = (quote & (0 - quote)) - 1;
    flags |= (masks.backslash & some ? MOLT_JSON_HAS_ESCAPES : 0) |
             (masks.control & some ? MOLT_JSON_HAS_CONTROLS : 0) |
             (masks.high & some ? MOLT_JSON_HAS_NON_ASCII : 0);
    if (quote != 0) return (molt_json_text){at + (size_t)__builtin_ctzll(quote) + 1, flags};
  }
  return (molt_json_text){0, flags};
}

#undef STEP
