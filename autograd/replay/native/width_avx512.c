/* The machine for processors with AVX-512: vectors of eight numbers. */

#include "machine.h"

#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,fma"))), apply_to = function)
#else
#pragma GCC target("avx512f,avx512dq,fma,prefer-vector-width=512")
#endif
#define LANES 8
#define TILE_COLUMNS 4
#define TILE_SUMS 24
#define WIDTH width_avx512
#define INTERPRETER scalars_avx512
#define WIDTH_NAME "avx512"
#include "kernels.h"
#include "nodes.h"
#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
