#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "molt_platform.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/resource.h>

static _Atomic unsigned long fork_count;

static void count_fork(void) { atomic_fetch_add_explicit(&fork_count, 1, memory_order_relaxed); }

static void watch_forks(void) { pthread_atfork(NULL, NULL, count_fork); }

unsigned long molt_fork_count(void) {
  static pthread_once_t watching = PTHREAD_ONCE_INIT;
  pthread_once(&watching, watch_forks);
  return atomic_load_explicit(&fork_count, memory_order_relaxed);
}

long molt_thread_switches(void) {
#ifdef RUSAGE_THREAD
  struct rusage usage;
  if (getrusage(RUSAGE_THREAD, &usage) == 0) return usage.ru_nvcsw + usage.ru_nivcsw;
#endif
  return -1;
}

int molt_current_core(void) {
#ifdef __linux__
  return sched_getcpu();
#else
  return -1;
#endif
}
