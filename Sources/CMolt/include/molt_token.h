// molt_token.h: signed tokens (JWS, JWT) and their keys through libmolt (docs/auth.md).
//
// A molt_token_keys does not change once it is there: any number of threads may use one at once.
// No message of an error contains a part of a key, a token or a claim's value.
#ifndef MOLT_TOKEN_H
#define MOLT_TOKEN_H

#include "molt.h"

#ifdef __cplusplus
extern "C" {
#endif

/// Why a token or key is refused: what functions write to `reason`, which may be NULL.
///
/// molt_error.code is `invalid_input` for a malformed token or key and for keys that do not fit,
/// `forbidden` for a token that is well-formed and not accepted, `too_large`, and `unavailable`
/// without libcrypto.
typedef enum molt_token_reason {
  MOLT_TOKEN_MALFORMED = 1,
  MOLT_TOKEN_TOO_LARGE = 2,
  MOLT_TOKEN_ALGORITHM_NOT_ALLOWED = 3,
  MOLT_TOKEN_WRONG_KEY = 4,
  MOLT_TOKEN_UNKNOWN_KEY = 5,
  MOLT_TOKEN_UNKNOWN_EXTENSION = 6,
  MOLT_TOKEN_DETACHMENT = 7,
  MOLT_TOKEN_MISMATCH = 8,
  MOLT_TOKEN_EXPIRED = 9,
  MOLT_TOKEN_IMMATURE = 10,
  MOLT_TOKEN_REFUSED_CLAIM = 11,
  MOLT_TOKEN_MALFORMED_CLAIM = 12,
  MOLT_TOKEN_MISSING_CLAIM = 13,
  MOLT_TOKEN_MALFORMED_KEY = 14,
  MOLT_TOKEN_UNSUPPORTED_KEY = 15,
  MOLT_TOKEN_WEAK_KEY = 16,
  MOLT_TOKEN_PUBLIC_KEY = 17,
  MOLT_TOKEN_ASYMMETRIC_SECRET = 18,
  MOLT_TOKEN_AMBIGUOUS_KEY_SET = 19,
  MOLT_TOKEN_UNAVAILABLE = 20,
} molt_token_reason;

/// How keys are written.
typedef enum molt_token_form {
  MOLT_TOKEN_SECRET = 0, ///< the bytes of a shared secret, as long as the digest at least
  MOLT_TOKEN_PEM = 1,    ///< a private or public key, or a certificate, as text
  MOLT_TOKEN_JWK = 2,    ///< a key in JSON
  MOLT_TOKEN_JWKS = 3,   ///< a set of keys in JSON, of which a token's `kid` chooses one
} molt_token_form;

/// A key, or a set of keys.
typedef struct molt_token_keys molt_token_keys;

/// Reads keys; the bytes may go afterwards. Give the keys back with molt_token_keys_release.
int32_t molt_token_keys_create(molt_token_form form, const uint8_t *bytes, size_t count,
                               molt_token_keys **keys, int32_t *reason, molt_error *error);

/// Gives keys back; NULL is allowed.
void molt_token_keys_release(molt_token_keys *keys);

/// Signs a payload, which becomes a part of the token.
///
/// `algorithm` is "HS256" or another name of RFC 7518 and 8037, and `key_id` the header's `kid`, or
/// NULL. `keys` has to be a single key that can sign. The text is written to `token` and ended by a
/// NUL, and `token_count` is its size without that; `too_large`, with a reason of 0, if it does not
/// fit.
int32_t molt_token_sign(const molt_token_keys *keys, const char *algorithm, const char *key_id,
                        const uint8_t *payload, size_t payload_count, char *token,
                        size_t capacity, size_t *token_count, int32_t *reason,
                        molt_error *error);

/// What the claims of a token must be (RFC 7519, section 4.1); all zeros look at nothing but times
/// and refuse a token with an audience.
typedef struct molt_token_rules {
  double now;                   ///< seconds since 1970
  double leeway;                ///< by how many seconds clocks may differ
  const char *const *issuers;   ///< `iss` is one of these; none: any
  size_t issuer_count;
  const char *const *audiences; ///< `aud` names one of these
  size_t audience_count;
  const char *const *required;  ///< claims that have to be there
  size_t required_count;
  const char *subject;          ///< `sub` is this; NULL: any
} molt_token_rules;

/// Verifies a token and answers its payload.
///
/// `algorithms` are the names that the token may have, with spaces between them. With `rules` the
/// payload must be an object of JSON whose claims are as they say; NULL looks at the signature
/// alone. The payload is written to `payload`, whose capacity `token_count` is always enough, and
/// its size to `payload_count`. Nothing is written unless everything holds.
int32_t molt_token_verify(const molt_token_keys *keys, const char *algorithms, const char *token,
                          size_t token_count, const molt_token_rules *rules, uint8_t *payload,
                          size_t capacity, size_t *payload_count, int32_t *reason,
                          molt_error *error);

#ifdef __cplusplus
}
#endif

#endif
