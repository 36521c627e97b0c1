// No header of libcrypto is needed to build: its functions are declared here as its documentation
// has them, and found by name when the library is loaded.
#include "molt_crypto.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

typedef struct evp_md_ctx_st context;
typedef struct evp_pkey_ctx_st key_context;
typedef struct evp_md_st digest_kind;
typedef struct evp_pkey_st evp_key;

// Beginning a signature looks algorithms up by their names, which takes 2 us; copying one that has
// begun takes none of it. So a key keeps one of each kind that was asked for.
enum { SCHEME_COUNT = 4, DIGEST_COUNT = 3 };

struct molt_crypto_key {
  evp_key *key;
  _Atomic(context *) begun[2][SCHEME_COUNT * DIGEST_COUNT];
};

// Numbers of kinds of keys, which never change.
enum { KIND_RSA = 6, KIND_EC = 408 };

static struct {
  evp_key *(*d2i_auto_private_key)(evp_key **, const unsigned char **, long);
  evp_key *(*d2i_private_key)(int, evp_key **, const unsigned char **, long);
  evp_key *(*d2i_public_key)(int, evp_key **, const unsigned char **, long);
  evp_key *(*d2i_pubkey)(evp_key **, const unsigned char **, long);
  int (*i2d_pubkey)(const evp_key *, unsigned char **);
  void *(*d2i_x509)(void **, const unsigned char **, long);
  evp_key *(*x509_get_pubkey)(void *);
  void (*x509_free)(void *);
  void (*key_free)(evp_key *);
  int (*key_size)(const evp_key *);
  int (*key_bits)(const evp_key *);
  int (*key_context_ctrl_str)(key_context *, const char *, const char *);
  context *(*context_new)(void);
  void (*context_free)(context *);
  int (*context_copy)(context *, const context *);
  const digest_kind *(*sha256)(void);
  const digest_kind *(*sha384)(void);
  const digest_kind *(*sha512)(void);
  int (*sign_init)(context *, key_context **, const digest_kind *, void *, evp_key *);
  int (*sign)(context *, unsigned char *, size_t *, const unsigned char *, size_t);
  int (*verify_init)(context *, key_context **, const digest_kind *, void *, evp_key *);
  int (*verify)(context *, const unsigned char *, size_t, const unsigned char *, size_t);
  int (*set_mark)(void);
  int (*pop_to_mark)(void);
  const char *(*version)(int);
} crypto;

static _Bool is_loaded;

// Where a function goes, and its names, the second of older versions.
static const struct {
  void *place;
  const char *names[2];
} symbols[] = {
    {&crypto.d2i_auto_private_key, {"d2i_AutoPrivateKey"}},
    {&crypto.d2i_private_key, {"d2i_PrivateKey"}},
    {&crypto.d2i_public_key, {"d2i_PublicKey"}},
    {&crypto.d2i_pubkey, {"d2i_PUBKEY"}},
    {&crypto.i2d_pubkey, {"i2d_PUBKEY"}},
    {&crypto.d2i_x509, {"d2i_X509"}},
    {&crypto.x509_get_pubkey, {"X509_get_pubkey"}},
    {&crypto.x509_free, {"X509_free"}},
    {&crypto.key_free, {"EVP_PKEY_free"}},
    {&crypto.key_size, {"EVP_PKEY_get_size", "EVP_PKEY_size"}},
    {&crypto.key_bits, {"EVP_PKEY_get_bits", "EVP_PKEY_bits"}},
    {&crypto.key_context_ctrl_str, {"EVP_PKEY_CTX_ctrl_str"}},
    {&crypto.context_new, {"EVP_MD_CTX_new"}},
    {&crypto.context_free, {"EVP_MD_CTX_free"}},
    {&crypto.context_copy, {"EVP_MD_CTX_copy_ex"}},
    {&crypto.sha256, {"EVP_sha256"}},
    {&crypto.sha384, {"EVP_sha384"}},
    {&crypto.sha512, {"EVP_sha512"}},
    {&crypto.sign_init, {"EVP_DigestSignInit"}},
    {&crypto.sign, {"EVP_DigestSign"}},
    {&crypto.verify_init, {"EVP_DigestVerifyInit"}},
    {&crypto.verify, {"EVP_DigestVerify"}},
    {&crypto.set_mark, {"ERR_set_mark"}},
    {&crypto.pop_to_mark, {"ERR_pop_to_mark"}},
    {&crypto.version, {"OpenSSL_version"}},
};

static _Bool find_all(void *library) {
  for (size_t i = 0; i < sizeof symbols / sizeof symbols[0]; i++) {
    void *function = dlsym(library, symbols[i].names[0]);
    if (function == NULL && symbols[i].names[1] != NULL) {
      function = dlsym(library, symbols[i].names[1]);
    }
    if (function == NULL) return 0;
    memcpy(symbols[i].place, &function, sizeof function);
  }
  return 1;
}

static void load(void) {
  static const char *const names[] = {"libcrypto.so.3", "libcrypto.so.1.1", "libcrypto.3.dylib"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    void *library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) continue;
    if (find_all(library)) {
      is_loaded = 1;
      return;
    }
    dlclose(library);
  }
}

_Bool molt_crypto_is_available(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load);
  return is_loaded;
}

const char *molt_crypto_version(void) {
  return molt_crypto_is_available() ? crypto.version(0) : "";
}

static evp_key *from_certificate(const unsigned char **bytes, long count) {
  void *certificate = crypto.d2i_x509(NULL, bytes, count);
  if (certificate == NULL) return NULL;
  evp_key *key = crypto.x509_get_pubkey(certificate);
  crypto.x509_free(certificate);
  return key;
}

static evp_key *parse(molt_key_form form, const unsigned char **bytes, long count) {
  switch (form) {
    case MOLT_KEY_PKCS8: return crypto.d2i_auto_private_key(NULL, bytes, count);
    case MOLT_KEY_RSA_PRIVATE: return crypto.d2i_private_key(KIND_RSA, NULL, bytes, count);
    case MOLT_KEY_EC_PRIVATE: return crypto.d2i_private_key(KIND_EC, NULL, bytes, count);
    case MOLT_KEY_PUBLIC: return crypto.d2i_pubkey(NULL, bytes, count);
    case MOLT_KEY_RSA_PUBLIC: return crypto.d2i_public_key(KIND_RSA, NULL, bytes, count);
    case MOLT_KEY_CERTIFICATE: return from_certificate(bytes, count);
  }
  return NULL;
}

molt_crypto_key *molt_crypto_key_create(molt_key_form form, const uint8_t *der, size_t count) {
  if (!molt_crypto_is_available() || count > 1 << 20) return NULL;
  crypto.set_mark();
  const unsigned char *end = der;
  evp_key *parsed = parse(form, &end, (long)count);
  // Bytes behind a key are no part of it.
  molt_crypto_key *key = NULL;
  if (parsed != NULL && end == der + count) key = calloc(1, sizeof *key);
  if (key != NULL) {
    key->key = parsed;
  } else if (parsed != NULL) {
    crypto.key_free(parsed);
  }
  crypto.pop_to_mark();
  return key;
}

void molt_crypto_key_release(molt_crypto_key *key) {
  if (key == NULL) return;
  for (int verifies = 0; verifies < 2; verifies++) {
    for (int i = 0; i < SCHEME_COUNT * DIGEST_COUNT; i++) {
      context *begun = atomic_load(&key->begun[verifies][i]);
      if (begun != NULL) crypto.context_free(begun);
    }
  }
  crypto.key_free(key->key);
  free(key);
}

size_t molt_crypto_key_public(molt_crypto_key *key, uint8_t *der, size_t capacity) {
  crypto.set_mark();
  int size = crypto.i2d_pubkey(key->key, NULL);
  if (size > 0 && (size_t)size <= capacity) {
    unsigned char *end = der;
    size = crypto.i2d_pubkey(key->key, &end);
  } else {
    size = 0;
  }
  crypto.pop_to_mark();
  return size > 0 ? (size_t)size : 0;
}

size_t molt_crypto_key_signature_size(molt_crypto_key *key) {
  int size = crypto.key_size(key->key);
  return size > 0 ? (size_t)size : 0;
}

int molt_crypto_key_bits(molt_crypto_key *key) { return crypto.key_bits(key->key); }

static const digest_kind *digest_of(int bits) {
  switch (bits) {
    case 256: return crypto.sha256();
    case 384: return crypto.sha384();
    case 512: return crypto.sha512();
    default: return NULL;
  }
}

// The settings that a scheme has beyond its key and digest.
static _Bool configure(key_context *key, molt_sign_scheme scheme) {
  if (scheme != MOLT_SIGN_PSS) return 1;
  return crypto.key_context_ctrl_str(key, "rsa_padding_mode", "pss") > 0 &&
         crypto.key_context_ctrl_str(key, "rsa_pss_saltlen", "digest") > 0;
}

// A signature that has begun, or NULL.
static context *begin(molt_crypto_key *key, _Bool verifies, molt_sign_scheme scheme, int digest) {
  context *state = crypto.context_new();
  if (state == NULL) return NULL;
  key_context *settings = NULL;
  int (*init)(context *, key_context **, const digest_kind *, void *, evp_key *) =
      verifies ? crypto.verify_init : crypto.sign_init;
  _Bool has_begun = init(state, &settings, digest_of(digest), NULL, key->key) > 0 &&
                    configure(settings, scheme);
  if (has_begun) return state;
  crypto.context_free(state);
  return NULL;
}

// The one that the key keeps, made by whichever thread comes first; it only serves to be copied.
static const context *kept(molt_crypto_key *key, _Bool verifies, molt_sign_scheme scheme,
                           int digest) {
  int place = (int)scheme * DIGEST_COUNT + (digest == 384 ? 1 : digest == 512 ? 2 : 0);
  _Atomic(context *) *begun = &key->begun[verifies][place];
  context *found = atomic_load_explicit(begun, memory_order_acquire);
  if (found != NULL) return found;
  context *made = begin(key, verifies, scheme, digest);
  if (made == NULL || atomic_compare_exchange_strong(begun, &found, made)) return made;
  crypto.context_free(made);
  return found;
}

static context *begin_quickly(molt_crypto_key *key, _Bool verifies, molt_sign_scheme scheme,
                              int digest) {
  const context *begun = kept(key, verifies, scheme, digest);
  if (begun == NULL) return NULL;
  context *state = crypto.context_new();
  if (state != NULL && crypto.context_copy(state, begun) > 0) return state;
  if (state != NULL) crypto.context_free(state);
  // Version 1.1.1 copies none without a digest, as EdDSA is.
  return begin(key, verifies, scheme, digest);
}

size_t molt_crypto_sign(molt_crypto_key *key, molt_sign_scheme scheme, int digest,
                        const uint8_t *message, size_t count, uint8_t *signature,
                        size_t capacity) {
  crypto.set_mark();
  context *state = begin_quickly(key, 0, scheme, digest);
  size_t size = capacity;
  _Bool done = state != NULL && crypto.sign(state, signature, &size, message, count) > 0;
  if (state != NULL) crypto.context_free(state);
  crypto.pop_to_mark();
  return done ? size : 0;
}

_Bool molt_crypto_verify(molt_crypto_key *key, molt_sign_scheme scheme, int digest,
                         const uint8_t *message, size_t count, const uint8_t *signature,
                         size_t signature_count) {
  crypto.set_mark();
  context *state = begin_quickly(key, 1, scheme, digest);
  _Bool holds = state != NULL &&
                crypto.verify(state, signature, signature_count, message, count) == 1;
  if (state != NULL) crypto.context_free(state);
  crypto.pop_to_mark();
  return holds;
}
