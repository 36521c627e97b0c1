// What Swift's view of the C library lacks.
#ifndef MOLT_PLATFORM_H
#define MOLT_PLATFORM_H

#ifdef __linux__
#include <malloc.h>
#endif

/// Gives the system the memory that the allocator keeps for later.
static inline void molt_release_memory(void) {
#ifdef __linux__
  malloc_trim(0);
#endif
}

/// How many forks lie between the first process that asked and this one.
///
/// Costs no system call, unlike getpid. Of two processes that share memory from before a fork, the
/// child's number is the higher one.
unsigned long molt_fork_count(void);

#endif
