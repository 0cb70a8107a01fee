/* What the machine runs on: two stores of numbers, their adjoints, and a list of instructions. */

#ifndef MACHINE_H
#define MACHINE_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Rows of the varying store are padded to whole vectors of the widest kind, so that every row is aligned. */
enum { PADDED = 8 };

enum Kind { MAP, FOLD, MATMUL, GATHER, BATCH_MEAN };

/* Neighbouring rows of a store; `wanted` says whether their adjoints are of use. */
typedef struct {
    int64_t varying, start, count, wanted;
} Rows;

/* z = op(x, y). Of a matrix product, x are the weights; of a gather, x.start is where its index begins. */
typedef struct {
    int64_t kind, op;
    Rows z, x, y;
} Instruction;

/* Indexed by `varying`: store[0] is uniform, one number a row; store[1] has `stride` lanes a row, `batch` of them in use. */
typedef struct {
    double *store[2], *adjoint[2];
    double *transposed;
    int64_t stride, batch, inputs, instructions;
    const Instruction *code;
    const int64_t *index;
} Machine;

/* The machine for one width of vectors. */
typedef struct {
    const char *name;
    void (*forward)(const Machine *);
    void (*backward)(const Machine *);
} Width;

extern const Width width_default;
#if defined(__x86_64__)
extern const Width width_avx2, width_avx512;
#endif

/* The name of a row of the table, NULL after the last; and what the table was when it was written as C. */
const char *operation_name(size_t);
extern const char table_digest[];

#endif
