// molt_password.h: Django's password hashes through libmolt (docs/auth.md).
//
// Every function may be called from any number of threads at once and holds no state. Passwords,
// salts and stored texts are UTF-8. No message of an error contains a part of them.
#ifndef MOLT_PASSWORD_H
#define MOLT_PASSWORD_H

#include "molt.h"

#ifdef __cplusplus
extern "C" {
#endif

/// A stored text with its NUL is never longer, unless its salt makes it so.
#define MOLT_PASSWORD_CAPACITY 512

/// Hashes a password as the hasher of Django that has this name does.
///
/// `algorithm`, ended by a NUL, and its `costs`, of which the rest is not looked at:
///
///   "pbkdf2_sha256", "pbkdf2_sha1"   iterations
///   "argon2"                         time cost, memory cost in KiB, parallelism
///   "scrypt"                         work factor, block size, parallelism
///   "bcrypt_sha256", "bcrypt"        none: they stand in the salt, "$2b$12$" and 22 characters
///   "md5", "sha1", "crypt"           none
///
/// The text is written to `encoded` and ended by a NUL; `too_large` if it does not fit.
int32_t molt_password_encode(const char *algorithm, const uint64_t costs[3],
                             const uint8_t *password, size_t password_count,
                             const uint8_t *salt, size_t salt_count, char *encoded,
                             size_t capacity, molt_error *error);

/// Whether a stored text, which names its algorithm and costs, is of this password: 1 or 0.
///
/// `unsupported` for an algorithm that is not known, `invalid_input` for a text that is malformed,
/// with its offset, or asks for more than the limits.
int32_t molt_password_verify(const uint8_t *password, size_t password_count,
                             const uint8_t *encoded, size_t encoded_count, int32_t *is_correct,
                             molt_error *error);

#ifdef __cplusplus
}
#endif

#endif
