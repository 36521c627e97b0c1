// Memory that one process writes and another reads, and descriptors passed through Unix sockets.
//
// The writer makes a memfd whose size is fixed and which nobody but the mapping it has already can
// write, and passes its descriptor; the reader maps it read-only. So a reader can neither change
// nor shorten what the writer writes to, and no page of it can be taken away later.
#ifndef MOLT_SHARED_MEMORY_H
#define MOLT_SHARED_MEMORY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// Makes memory of `byte_count` bytes, all of whose pages are there from the start.
///
/// On success the caller owes `close` of the descriptor and `munmap` of `*address`. On failure
/// answers -1 and sets errno, also where the system cannot seal memory (Linux before 5.1, others).
int molt_shared_memory_create(size_t byte_count, void **address);

/// Maps memory that another process made, to read.
///
/// The caller owes `munmap`. Answers NULL and sets errno where the descriptor is not sealed memory
/// of at least `byte_count` bytes: reading what may be cut short later could end this process.
const void *molt_shared_memory_open(int descriptor, size_t byte_count);

/// Copies bytes to the start of the memory, past the caches.
///
/// The reader's core holds the lines of the answer before. A usual copy takes each of them back
/// first: 27 µs for 247 KB between cores with a common cache, 104 between others. This one takes 9,
/// and the reader needs 7 more to fetch them from memory. All of it is visible before whatever the
/// caller writes next.
void molt_shared_memory_write(void *start, const void *bytes, size_t count);

/// Sends bytes with a descriptor attached to their first; answers what `sendmsg` does. Never waits.
ssize_t molt_send_with_descriptor(int socket, const void *bytes, size_t count, int descriptor);

/// Receives bytes, and the descriptor that came with them, else -1. Never waits.
///
/// Answers what `recvmsg` does. Descriptors beyond the first are closed.
ssize_t molt_receive_with_descriptor(int socket, void *bytes, size_t count, int *descriptor);

/// How many of the last bytes of the memory say where its writer is.
#define MOLT_SHARED_MEMORY_TAIL 64

/// Writes at the end of the memory which core its writer is on.
static inline void molt_shared_memory_set_core(void *start, size_t byte_count, int core) {
  uint32_t *place = (uint32_t *)((char *)start + byte_count - MOLT_SHARED_MEMORY_TAIL);
  __atomic_store_n(place, (uint32_t)(core + 1), __ATOMIC_RELAXED);
}

/// The core that the writer was on when it last said so; -1 where it has not.
static inline int molt_shared_memory_core(const void *start, size_t byte_count) {
  const uint32_t *place =
      (const uint32_t *)((const char *)start + byte_count - MOLT_SHARED_MEMORY_TAIL);
  return (int)__atomic_load_n(place, __ATOMIC_RELAXED) - 1;
}

#endif
