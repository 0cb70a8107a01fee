/* The machine for processors with AVX2: vectors of four numbers. */

#include "machine.h"

#if defined(__x86_64__)
#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC target("avx2,fma")
#endif
#define LANES 4
#define TILE_COLUMNS 2
#define TILE_SUMS 8
#define WIDTH width_avx2
#define INTERPRETER scalars_avx2
#define WIDTH_NAME "avx2"
#include "kernels.h"
#include "nodes.h"
#if defined(__clang__)
#pragma clang attribute pop
#endif
#endif
