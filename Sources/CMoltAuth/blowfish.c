// Blowfish with bcrypt's expensive key schedule.
//
// Each of the 16 rounds waits for the four loads of the one before; that chain is all the time that
// bcrypt takes. The tables are indexed with bytes that come from the password, as bcrypt requires.
#include "molt_auth.h"

#include <string.h>

#include "molt_digests.h"
#include "pi_words.h"

_Static_assert(sizeof(pi_words) == sizeof(molt_blowfish), "as many words as the state has");

#define MOLT_INLINE static inline __attribute__((always_inline))

MOLT_INLINE uint32_t mixed(const molt_blowfish *state, uint32_t x) {
  uint32_t sum = state->tables[0][x >> 24] + state->tables[1][x >> 16 & 0xFF];
  return (sum ^ state->tables[2][x >> 8 & 0xFF]) + state->tables[3][x & 0xFF];
}

// Two words go in as `left` and `right` and come out in their places.
MOLT_INLINE void encrypt(const molt_blowfish *state, uint32_t *left, uint32_t *right) {
  uint32_t l = *left ^ state->keys[0], r = *right;
#pragma clang loop unroll(full)
  for (int i = 1; i < 17; i += 2) {
    r ^= mixed(state, l) ^ state->keys[i];
    l ^= mixed(state, r) ^ state->keys[i + 1];
  }
  *left = r ^ state->keys[17];
  *right = l;
}

// Replaces the whole state by encryptions of what came before, here of two words zero.
MOLT_INLINE void replace(molt_blowfish *state) {
  uint32_t left = 0, right = 0;
  uint32_t *words = state->keys;
  for (int i = 0; i < 18; i += 2) {
    encrypt(state, &left, &right);
    words[i] = left, words[i + 1] = right;
  }
  words = &state->tables[0][0];
  for (int i = 0; i < 1024; i += 2) {
    encrypt(state, &left, &right);
    words[i] = left, words[i + 1] = right;
  }
}

// The same with a half of the salt, in turns, mixed in before each encryption.
static void replace_salted(molt_blowfish *state, const uint32_t salt[4]) {
  uint32_t left = 0, right = 0;
  for (int i = 0; i < 18 + 1024; i += 2) {
    left ^= salt[i & 2], right ^= salt[(i & 2) + 1];
    encrypt(state, &left, &right);
    uint32_t *words = i < 18 ? state->keys + i : &state->tables[0][0] + (i - 18);
    words[0] = left, words[1] = right;
  }
}

void molt_blowfish_start(molt_blowfish *state) { memcpy(state, pi_words, sizeof *state); }

void molt_bcrypt_setup(molt_blowfish *state, const uint32_t key[18], const uint32_t salt[4],
                       uint64_t rounds) {
  for (int i = 0; i < 18; i++) state->keys[i] ^= key[i];
  replace_salted(state, salt);
  for (; rounds > 0; rounds--) {
    for (int i = 0; i < 18; i++) state->keys[i] ^= key[i];
    replace(state);
    for (int i = 0; i < 18; i++) state->keys[i] ^= salt[i & 3];
    replace(state);
  }
}

void molt_blowfish_encrypt(const molt_blowfish *state, uint32_t words[2], size_t count) {
  for (; count > 0; count--) encrypt(state, &words[0], &words[1]);
}
