#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/mman.h>

#include "molt_auth.h"
#include "molt_digests.h"

// Faults on small pages would take a third of the time of an Argon2 hash of 19 MiB.
enum { LARGE_PAGE = 2 << 20 };

static size_t rounded(size_t byte_count, size_t unit) {
  return (byte_count + unit - 1) / unit * unit;
}

void *molt_pages_allocate(size_t byte_count) {
  if (byte_count == 0 || byte_count > SIZE_MAX / 2) return NULL;
  size_t size = rounded(byte_count, 4096);
  if (size < LARGE_PAGE) {
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
  }
  // Large pages begin at multiples of their size: take more and give back what stands around.
  size_t whole = size + LARGE_PAGE;
  char *memory = mmap(NULL, whole, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return NULL;
  char *start = (char *)rounded((size_t)memory, LARGE_PAGE);
  if (start > memory) munmap(memory, (size_t)(start - memory));
  if (start < memory + LARGE_PAGE) munmap(start + size, (size_t)(memory + LARGE_PAGE - start));
#ifdef MADV_HUGEPAGE
  madvise(start, size, MADV_HUGEPAGE);
#endif
#ifdef MADV_DONTDUMP
  madvise(start, size, MADV_DONTDUMP);
#endif
  return start;
}

void molt_pages_release(void *memory, size_t byte_count) {
  if (memory == NULL) return;
  // The system gives nobody a page that it did not clear; nothing reads these before.
  munmap(memory, rounded(byte_count, 4096));
}
