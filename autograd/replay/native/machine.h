/* What the machine runs on: two stores of numbers, their adjoints, and lists of calls that are made ready once. */

#ifndef MACHINE_H
#define MACHINE_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Rows of the varying store are padded to whole vectors of the widest kind, so that every row is aligned. */
enum { PADDED = 8 };

enum Kind { MAP, FOLD, MATMUL, GATHER, BATCH_MEAN };

/* Neighbouring rows of a store. `wanted`: are their adjoints of use? `first`: is nothing added to them before? */
typedef struct {
    int64_t varying, start, count, wanted, first;
} Rows;

/* z = op(x, y). Of a matrix product, x are the weights and b what is added to each row, if b.count, and `op` is 1 if each row of z is read
   once; of a gather, x.start is
   where its index begins. `partial` is the first of the rows that keep dz/dx, or -1; of a product, the place of its Batch. */
typedef struct {
    int64_t kind, op, partial;
    Rows z, x, y, b;
} Instruction;

/* Input rows that a product reads, also kept example by example, as they are given, if the product's gradient is `wanted` that way.
   `given`: has that been done in this run? Else they are made from the rows. */
typedef struct {
    int64_t start, count, wanted, given;
    double *examples;
} Batch;

/* A kernel with all it needs, at the addresses where that stands. `unread`: is there at most one that reads the result? `lean`: where it says
   if a result may be left out that nobody reads any more. Rows are walked by steps; an input of lane 0 is one number. */
typedef struct Call Call;
typedef void Run(const Call *);
struct Call {
    Run *run;
    const void *f;
    double *to, *partial, *scratch;
    const double *g, *z, *x, *y;
    const int64_t *index;
    const Batch *batch;
    const int64_t *lean;
    int64_t rows, lanes, used, inner, first, unread;
    int64_t to_row, z_row, x_row, y_row, x_lane, y_lane;
};

typedef struct {
    Call *calls;
    int64_t count;
} Calls;

/* `lean`: are only those results kept that others read? A training step wants no more; whoever runs the machine itself may look at any row.
   Indexed by `varying`: store[0] is uniform, `uniform` numbers, one a row; store[1] has `stride` lanes a row, `batch` of them in use. */
typedef struct {
    double *store[2], *adjoint[2];
    double *scratch;
    int64_t lean, uniform, stride, batch, inputs, batches;
    Batch *batch_of;
    const int64_t *index;
    Calls values, values_and_partials, contributions;
} Machine;

/* An optimiser's rule as one loop over `count` parameters p, their gradients g, and what is remembered of them, with numbers n. */
typedef void WholeLoop(double *restrict p, const double *restrict g, double *const *s, const double *n, int64_t count);
typedef struct {
    const char *text;
    WholeLoop *loop;
} WholeRule;

/* The machine for one width of vectors. */
typedef struct {
    const char *name;
    /* Add the calls of an instruction to the machine's lists. */
    void (*prepare_values)(Machine *, const Instruction *);
    void (*prepare_contributions)(Machine *, const Instruction *);
    void (*spread)(double *rows, int64_t stride, const double *examples, int64_t count, int64_t batch);
    double (*mean)(const double *lanes, int64_t n);
    int (*all_finite)(const double *numbers, int64_t n);
    const WholeRule *rules;
    void (*apply)(int64_t op, double *z, const double *x, const double *y, int64_t n, int64_t x_step, int64_t y_step);
} Width;

/* Most calls that an instruction needs in one pass. */
enum { MOST_CALLS = 4 };

extern const Width width_default;
#if defined(__x86_64__)
extern const Width width_avx2, width_avx512;
#endif

static inline int64_t padded(int64_t count) {
    return (count + PADDED - 1) / PADDED * PADDED;
}

static inline void run_calls(const Calls *list) {
    for (const Call *c = list->calls; c < list->calls + list->count; c++) c->run(c);
}

/* Where e^x is infinite or 0. The compiler does not see the numbers: it would work out what follows from each, and make the loops slower. */
extern const struct Exponents {
    double least, most;
} exponents;

/* The name of a row of the table, NULL after the last; and what the table was when it was written as C. */
const char *operation_name(size_t);
/* The text of a rule, NULL after the last: those of all widths have the same places. */
const char *rule_text(size_t);
extern const char table_digest[];

#endif
