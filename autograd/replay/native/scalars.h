/* What the interpreter of single nodes runs on. A program that does not group into kernels is a list of its nodes, put in an order
   in which nodes of one operation come in runs; a run is a tight loop, however far apart its operands are. */

#ifndef SCALARS_H
#define SCALARS_H

#include <stdint.h>

/* Lanes of a batch that go through the program together: a block. A batch of one goes alone; the longer a block, the less the
   interpreter costs, and the more room the numbers need. */
enum { ALONE = 1, SHORT = 8, LONG = 32 };

/* What operands are read so many places ahead of their use, where a block's numbers may be far away. */
enum { MARGIN = 24 };

/* Every node of a kind has `members` operands, or as many pairs.
   `wanted`: bit 0 where the adjoint of the first operand is of use, bit 1 for the second. */
typedef struct {
    int32_t operation, wanted, members;
} NodeKind;

/* Nodes of one kind whose results are neighbours. */
typedef struct {
    int32_t kind, nodes;
} NodeRun;

/* Numbers and adjoints, of one lane or of a block. */
typedef struct {
    double *numbers, *adjoints;
} Store;

/* A uniform cell that varying ones read, and the slot of its adjoint. */
typedef struct {
    int32_t cell, slot;
} Shared;

/* Cells are numbered in the order in which they are computed, uniform ones first: parameters, constants, results; then varying ones:
   inputs, results. An adjoint is in a slot from the first contribution to the last; then another cell has the slot. It is zero in between.
   Slot 0 takes what nobody wants; the next ones are those of the parameters.
   operands: of each node its cells; of pairs, first all firsts of a node, then all seconds.
   slots: of each node from which an adjoint is wanted its own slot, then those of its operands.
   Both have MARGIN numbers of no meaning before and after. */
typedef struct {
    Store one, block;
    double *inputs, *outputs, *seeds, *members;
    const NodeKind *kinds;
    const NodeRun *uniform, *varying;
    const int32_t *operands, *slots, *output_cells, *output_slots;
    const Shared *shared;
    int64_t cells, parameter_count, uniform_leaves, uniform_cells, input_count, output_count, shared_count;
    int64_t uniform_runs, varying_runs, operand_count, uniform_operands, slot_count, uniform_slots, batch, lanes;
} Scalars;

/* The interpreter for one width of vectors. */
typedef struct {
    const char *name;
    void (*forward)(const Scalars *);
    void (*run)(const Scalars *);
} Interpreter;

extern const Interpreter scalars_default;
#if defined(__x86_64__)
extern const Interpreter scalars_avx2, scalars_avx512;
#endif

#endif
