#include "molt_digests.h"

#include <stdatomic.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

// The system saves these parts of a vector register when it switches threads: bits of XCR0.
enum { YMM_STATE = 0x06, ZMM_STATE = 0xE6 };

static uint32_t detect(void) {
  uint32_t features = 0;
#if defined(__x86_64__)
  unsigned a, b, c, d, leaf1c, leaf7b;
  if (!__get_cpuid(1, &a, &b, &leaf1c, &d)) return 0;
  if (!__get_cpuid_count(7, 0, &a, &leaf7b, &c, &d)) return 0;
  if ((leaf1c & bit_SSE4_1) && (leaf1c & bit_SSSE3) && (leaf7b & bit_SHA)) {
    features |= MOLT_CPU_SHA;
  }
  if (!(leaf1c & bit_OSXSAVE)) return features;
  unsigned low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  if ((low & YMM_STATE) == YMM_STATE && (leaf7b & bit_AVX2)) features |= MOLT_CPU_AVX2;
  unsigned wanted = bit_AVX512F | bit_AVX512VL | bit_AVX512BW | bit_AVX512DQ;
  if ((low & ZMM_STATE) == ZMM_STATE && (leaf7b & wanted) == wanted) {
    features |= MOLT_CPU_AVX512;
  }
#endif
  return features;
}

uint32_t molt_cpu_features(void) {
  static _Atomic uint32_t known = 0;
  const uint32_t asked = 0x80000000u;
  uint32_t features = atomic_load_explicit(&known, memory_order_relaxed);
  if (features == 0) {
    features = detect() | asked;
    atomic_store_explicit(&known, features, memory_order_relaxed);
  }
  return features & ~asked;
}

void molt_wipe(void *memory, size_t byte_count) {
  if (byte_count == 0) return;
  memset(memory, 0, byte_count);
  // The compiler must assume that somebody reads the memory here.
  __asm__ volatile("" : : "r"(memory) : "memory");
}

uint32_t molt_difference(const uint8_t *left, const uint8_t *right, size_t byte_count) {
  uint32_t difference = 0;
  for (size_t i = 0; i < byte_count; i++) {
    difference |= left[i] ^ right[i];
    __asm__ volatile("" : "+r"(difference));
  }
  return difference;
}
