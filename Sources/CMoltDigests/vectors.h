// What the functions with SHA instructions share.
#ifndef MOLT_DIGEST_VECTORS_H
#define MOLT_DIGEST_VECTORS_H

#if defined(__x86_64__)
#include <immintrin.h>

#include "molt_digests.h"

// Without AVX on purpose: instructions of SSE's encoding that follow AVX's with dirty upper halves
// wait for them, each time.
#define TARGET_SHA __attribute__((target("sha,ssse3,sse4.1,no-avx")))
#define INLINE_SHA static inline __attribute__((always_inline, target("sha,ssse3,sse4.1,no-avx")))

// To be called before a function of `TARGET_SHA`.
static inline void clean_upper_halves(void) {
  if (molt_cpu_features() & (MOLT_CPU_AVX2 | MOLT_CPU_AVX512)) __asm__ volatile("vzeroupper");
}
#endif

#endif
