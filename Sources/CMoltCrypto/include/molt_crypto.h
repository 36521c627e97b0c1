// Signatures of the system's libcrypto (OpenSSL 1.1.1 or 3), which is loaded when it is first
// needed.
//
// Keys go in as DER. A key does not change and may be used by several threads. Functions that can
// fail leave libcrypto's queue of errors as it was: Python's `ssl` looks at it too.
#ifndef MOLT_CRYPTO_H
#define MOLT_CRYPTO_H

#include <stddef.h>
#include <stdint.h>

typedef struct molt_crypto_key molt_crypto_key;

// How a key is written.
typedef enum {
  MOLT_KEY_PKCS8,             // PrivateKeyInfo, RFC 5958
  MOLT_KEY_RSA_PRIVATE,       // RSAPrivateKey, RFC 8017, A.1.2
  MOLT_KEY_EC_PRIVATE,        // ECPrivateKey, RFC 5915
  MOLT_KEY_PUBLIC,            // SubjectPublicKeyInfo, RFC 5280
  MOLT_KEY_RSA_PUBLIC,        // RSAPublicKey, RFC 8017, A.1.1
  MOLT_KEY_CERTIFICATE,       // the public key of a certificate, RFC 5280
} molt_key_form;

// How a message is signed.
typedef enum {
  MOLT_SIGN_PKCS1,  // RSASSA-PKCS1-v1_5
  MOLT_SIGN_PSS,    // RSASSA-PSS, the salt as long as the digest
  MOLT_SIGN_ECDSA,  // a signature in DER
  MOLT_SIGN_EDDSA,  // Ed25519 or Ed448
} molt_sign_scheme;

/// Whether libcrypto could be loaded.
_Bool molt_crypto_is_available(void);

/// The library's version as text; empty when there is none.
const char *molt_crypto_version(void);

/// A key; NULL when the bytes are not one, and nothing more, of the form.
molt_crypto_key *molt_crypto_key_create(molt_key_form form, const uint8_t *der, size_t count);
void molt_crypto_key_release(molt_crypto_key *key);

/// The public key as SubjectPublicKeyInfo, into `capacity` bytes at `der`; its size, or 0.
size_t molt_crypto_key_public(molt_crypto_key *key, uint8_t *der, size_t capacity);
/// The most bytes that a signature has.
size_t molt_crypto_key_signature_size(molt_crypto_key *key);
/// The size of the modulus or of the curve's field, in bits.
int molt_crypto_key_bits(molt_crypto_key *key);

/// Signs; answers the signature's size, or 0.
///
/// `digest` is the size of the digest in bits (256, 384 or 512), 0 for EdDSA.
size_t molt_crypto_sign(molt_crypto_key *key, molt_sign_scheme scheme, int digest,
                        const uint8_t *message, size_t count, uint8_t *signature,
                        size_t capacity);
/// Whether a signature is of this message and key.
_Bool molt_crypto_verify(molt_crypto_key *key, molt_sign_scheme scheme, int digest,
                         const uint8_t *message, size_t count, const uint8_t *signature,
                         size_t signature_count);

#endif
