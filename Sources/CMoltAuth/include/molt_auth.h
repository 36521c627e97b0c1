// The inner functions of the password hashes that need memory.
//
// Every function takes the features (`molt_digests.h`) that it may use, so that a test can run each
// path. All paths give the same results.
//
// Sources: RFC 9106 (Argon2), RFC 7914 (scrypt), Provos and Mazieres 1999 (bcrypt).
#ifndef MOLT_AUTH_H
#define MOLT_AUTH_H

#include <stddef.h>
#include <stdint.h>

/// Zeroed memory in pages of its own, large ones where the system has them; NULL when there is
/// none.
void *molt_pages_allocate(size_t byte_count);
/// Overwrites the memory and gives it back.
void molt_pages_release(void *memory, size_t byte_count);

/// Argon2's compression of two blocks of 128 words into `next`, which may be any of them; with
/// `accumulate` the exclusive or with what `next` contains.
void molt_argon2_compress(uint64_t *next, const uint64_t *previous, const uint64_t *reference,
                          _Bool accumulate, uint32_t features);

/// scrypt's memory-hard mixing of `lanes` (1, 2 or 4) independent blocks at once.
///
/// `blocks` are `lanes` runs of 128 `r` bytes, `memory` is 128 `r` `n` bytes for each of them,
/// `scratch` 256 `r` bytes for each; all three aligned to 64. `n` is a power of two.
void molt_scrypt_mix(uint32_t *blocks, uint32_t *memory, uint32_t *scratch, size_t r, uint64_t n,
                     size_t lanes, uint32_t features);

/// The state of Blowfish: the round keys, then four tables of 256 words.
typedef struct {
  uint32_t keys[18];
  uint32_t tables[4][256];
} molt_blowfish;

void molt_blowfish_start(molt_blowfish *state);
/// bcrypt's expensive key schedule: `rounds` times with the key and with the salt.
void molt_bcrypt_setup(molt_blowfish *state, const uint32_t key[18], const uint32_t salt[4],
                       uint64_t rounds);
/// Encrypts two words `count` times in electronic codebook mode.
void molt_blowfish_encrypt(const molt_blowfish *state, uint32_t words[2], size_t count);

/// The system's crypt(3) with DES: 13 characters and a null byte from a password, which ends at its
/// first null byte, and a salt of two characters. False where the system has no such function.
_Bool molt_crypt(const char *password, const char salt[3], char hash[14]);

#endif
