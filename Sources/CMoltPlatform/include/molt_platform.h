// What Swift's view of the C library lacks.
#ifndef MOLT_PLATFORM_H
#define MOLT_PLATFORM_H

#include <stdint.h>
#include <time.h>

#ifdef __linux__
#include <malloc.h>
#endif

/// The clock that deadlines are on, in nanoseconds; costs no system call.
static inline uint64_t molt_monotonic_nanoseconds(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

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

/// How often the calling thread has left its core: because it slept, or because another took it.
///
/// Costs a system call. Negative where the system does not count it.
long molt_thread_switches(void);

/// The number of the core that the calling thread is on; negative where the system does not say.
int molt_current_core(void);

#endif
