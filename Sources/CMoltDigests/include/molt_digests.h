// The rounds of digests, in the best instructions that the processor has.
//
// Every function takes the features that it may use, so that a test can run each path. A caller
// passes `molt_cpu_features()`. All paths give the same results. No branch and no address depends
// on a byte of the input.
//
// Sources: FIPS 180-4 (SHA), RFC 8018 (PBKDF2).
#ifndef MOLT_DIGESTS_H
#define MOLT_DIGESTS_H

#include <stddef.h>
#include <stdint.h>

// Features of a processor, as bits.
enum {
  MOLT_CPU_SHA = 1,     // the SHA extensions together with SSE4.1
  MOLT_CPU_AVX2 = 2,    // AVX2, and the system saves its registers
  MOLT_CPU_AVX512 = 4,  // AVX-512 F, VL, BW and DQ, and the system saves their registers
};

/// What this processor has. Costs a load after the first call.
uint32_t molt_cpu_features(void);

/// Overwrites memory with zeros; not removed by an optimiser.
void molt_wipe(void *memory, size_t byte_count);

/// 0 when the bytes are equal; takes the same time wherever they differ.
uint32_t molt_difference(const uint8_t *left, const uint8_t *right, size_t byte_count);

void molt_md5_blocks(uint32_t state[4], const uint8_t *blocks, size_t count);
void molt_sha1_blocks(uint32_t state[5], const uint8_t *blocks, size_t count, uint32_t features);
void molt_sha256_blocks(uint32_t state[8], const uint8_t *blocks, size_t count,
                        uint32_t features);
void molt_sha512_blocks(uint64_t state[8], const uint8_t *blocks, size_t count);

// One output block of PBKDF2 that is being computed. `inner` and `outer` are the states behind the
// two padded keys, `round` is the last result of HMAC and `sum` the exclusive or of all so far.
typedef struct {
  uint32_t inner[5], outer[5], round[5], sum[5];
} molt_pbkdf2_sha1;

typedef struct {
  uint32_t inner[8], outer[8], round[8], sum[8];
} molt_pbkdf2_sha256;

/// Advances `lanes` blocks by `iterations` each.
void molt_pbkdf2_sha1_iterate(molt_pbkdf2_sha1 *blocks, size_t lanes, uint64_t iterations,
                              uint32_t features);
void molt_pbkdf2_sha256_iterate(molt_pbkdf2_sha256 *blocks, size_t lanes, uint64_t iterations,
                                uint32_t features);

#endif
