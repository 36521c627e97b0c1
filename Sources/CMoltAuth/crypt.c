// The system's crypt(3) with DES, loaded when it is first asked for: nothing else needs it, and not
// every system has it.
#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

#include "molt_auth.h"

// More than the working memory of any library of this name; glibc's own took 131,232 bytes.
enum { STATE_BYTES = 1 << 18, HASH_BYTES = 13 };

static char *(*crypt_function)(const char *password, const char *setting, void *state);

static void load(void) {
  static const char *const names[] = {"libcrypt.so.1", "libcrypt.so.2"};
  for (size_t i = 0; i < sizeof names / sizeof names[0] && crypt_function == NULL; i++) {
    void *library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) continue;
    void *function = dlsym(library, "crypt_r");
    memcpy(&crypt_function, &function, sizeof function);
    if (function == NULL) dlclose(library);
  }
}

_Bool molt_crypt(const char *password, const char salt[3], char hash[14]) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, load);
  if (crypt_function == NULL) return 0;
  void *state = molt_pages_allocate(STATE_BYTES);
  if (state == NULL) return 0;
  const char *found = crypt_function(password, salt, state);
  // What it refuses comes back as nothing, or as a text that starts with a star.
  _Bool is_hash = found != NULL && strlen(found) == HASH_BYTES && memcmp(found, salt, 2) == 0;
  if (is_hash) memcpy(hash, found, HASH_BYTES + 1);
  molt_pages_release(state, STATE_BYTES);
  return is_hash;
}
