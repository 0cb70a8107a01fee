/* The interpreter of single nodes, for vectors of LANES numbers. Included once for each width, after the machine for it. */

#include "scalars.h"

/* Where a walk through the runs is: it moves up when forward, down when backward. z is where the next result begins, or the last ended. */
typedef struct {
    Store store;
    double *z, *members;
    const int32_t *operands, *slots;
} Place;

typedef void Nodes(const NodeKind *, int64_t, Place *);

/* Forward and backward, for ALONE, SHORT and LONG. */
typedef struct {
    int inputs;
    Nodes *forward[3], *backward[3];
} Loops;

#define EACH_LANE LANE_BY_LANE for (int l = 0; l < lanes; l++)
#define NUMBERS_OF(cell) (place->store.numbers + lanes * (int64_t)(cell))
#define ADJOINT_IN(slot) (place->store.adjoints + lanes * (int64_t)(slot))

/* The lines of a block that are needed MARGIN operands later; single numbers are near enough to be fetched in time. */
#define AHEAD(line, lanes) \
    if ((lanes) > 1) __builtin_prefetch(line)

#define FORWARD_NODES(name, inputs, value)                                                                 \
    INLINE void forward_nodes_##name(const NodeKind *kind, int64_t nodes, Place *place, const int lanes) { \
        const int32_t *operands = place->operands;                                                         \
        double *zs = place->z;                                                                             \
        for (int64_t i = 0; i < nodes; i++, zs += lanes, operands += inputs) {                             \
            const double *xs = NUMBERS_OF(operands[0]), *ys = NUMBERS_OF(operands[inputs - 1]);            \
            for (int j = 0; j < inputs; j++) AHEAD(NUMBERS_OF(operands[MARGIN - 1 - j]), lanes);           \
            EACH_LANE {                                                                                    \
                const double x = xs[l], y = ys[l];                                                         \
                (void)y;                                                                                   \
                zs[l] = value;                                                                             \
            }                                                                                              \
        }                                                                                                  \
        place->operands = operands;                                                                        \
        place->z = zs;                                                                                     \
    }

/* The adjoint of a node, which leaves its slot: one of the operands may be the next to have it. */
INLINE void take(double *gs, double *slot, const int lanes) {
    EACH_LANE {
        gs[l] = slot[l];
        slot[l] = 0.0;
    }
}

#define SEND(slot, contribution)                                     \
    {                                                                \
        double *to = ADJOINT_IN(slot);                               \
        EACH_LANE {                                                  \
            const double g = gs[l], z = zs[l], x = xs[l], y = ys[l]; \
            (void)g, (void)z, (void)x, (void)y;                      \
            to[l] += contribution;                                   \
        }                                                            \
    }

#define BACKWARD_NODES(name, inputs, to_x, to_y)                                                            \
    INLINE void backward_nodes_##name(const NodeKind *kind, int64_t nodes, Place *place, const int lanes) { \
        const int32_t *operands = place->operands, *slots = place->slots;                                   \
        const double *zs = place->z;                                                                        \
        const int x_wanted = kind->wanted & 1, y_wanted = kind->wanted & 2;                                 \
        for (int64_t i = 0; i < nodes; i++) {                                                               \
            zs -= lanes, operands -= inputs, slots -= inputs + 1;                                           \
            const double *xs = NUMBERS_OF(operands[0]), *ys = NUMBERS_OF(operands[inputs - 1]);             \
            for (int j = 0; j < inputs; j++) AHEAD(NUMBERS_OF(operands[j - MARGIN]), lanes);                \
            for (int j = 0; j <= inputs; j++) AHEAD(ADJOINT_IN(slots[j - MARGIN]), lanes);                  \
            double gs[LONG];                                                                                \
            take(gs, ADJOINT_IN(slots[0]), lanes);                                                          \
            if (y_wanted) SEND(slots[inputs], to_y)                                                         \
            if (x_wanted) SEND(slots[1], to_x)                                                              \
        }                                                                                                   \
        place->operands = operands, place->slots = slots;                                                   \
        place->z = (double *)zs;                                                                            \
    }

/* The numbers of a node's operands side by side, as folds take them. */
INLINE void side_by_side(const Place *place, int64_t count, const int lanes) {
    for (int64_t j = 0; j < count; j++) {
        AHEAD(NUMBERS_OF(place->operands[j + MARGIN]), lanes);
        const double *x = NUMBERS_OF(place->operands[j]);
        EACH_LANE place->members[j * lanes + l] = x[l];
    }
}

#define FORWARD_FOLDS(name, inputs)                                                                             \
    INLINE void forward_nodes_##name(const NodeKind *kind, int64_t nodes, Place *place, const int lanes) {      \
        const int64_t count = kind->members;                                                                    \
        for (int64_t i = 0; i < nodes; i++, place->z += lanes, place->operands += inputs * count) {             \
            side_by_side(place, inputs * count, lanes);                                                         \
            fold_##name(place->z, place->members, place->members + (inputs - 1) * count * lanes, count, lanes); \
        }                                                                                                       \
    }

#define BACKWARD_FOLDS(name, inputs, to_x, to_y)                                                                                \
    INLINE void backward_nodes_##name(const NodeKind *kind, int64_t nodes, Place *place, const int lanes) {                     \
        const int64_t count = kind->members;                                                                                    \
        const int x_wanted = kind->wanted & 1, y_wanted = kind->wanted & 2;                                                     \
        for (int64_t i = 0; i < nodes; i++) {                                                                                   \
            place->z -= lanes, place->operands -= inputs * count, place->slots -= inputs * count + 1;                           \
            const int32_t *firsts = place->slots + 1, *seconds = firsts + (inputs - 1) * count;                                 \
            const double *zs = place->z;                                                                                        \
            double gs[LONG];                                                                                                    \
            take(gs, ADJOINT_IN(place->slots[0]), lanes);                                                                       \
            for (int64_t j = count; j-- > 0;) {                                                                                 \
                const double *xs = NUMBERS_OF(place->operands[j]), *ys = NUMBERS_OF(place->operands[(inputs - 1) * count + j]); \
                if (y_wanted) SEND(seconds[j], to_y)                                                                            \
                if (x_wanted) SEND(firsts[j], to_x)                                                                             \
            }                                                                                                                   \
        }                                                                                                                       \
    }

/* The same where the largest member is taken away from all of them first. */
#define BACKWARD_SHIFTED(name, to_x)                                                                        \
    INLINE void backward_nodes_##name(const NodeKind *kind, int64_t nodes, Place *place, const int lanes) { \
        const int64_t count = kind->members;                                                                \
        for (int64_t i = 0; i < nodes; i++) {                                                               \
            place->z -= lanes, place->operands -= count, place->slots -= count + 1;                         \
            double gs[LONG], top[LONG], zs[LONG], shifted[LONG];                                            \
            take(gs, ADJOINT_IN(place->slots[0]), lanes);                                                   \
            side_by_side(place, count, lanes);                                                              \
            shifted_##name(top, zs, place->members, count, lanes, lanes);                                   \
            for (int64_t j = count; j-- > 0;) {                                                             \
                const double *xs = shifted, *ys = shifted;                                                  \
                EACH_LANE shifted[l] = place->members[j * lanes + l] - top[l];                              \
                SEND(place->slots[j + 1], to_x)                                                             \
            }                                                                                               \
        }                                                                                                   \
    }

#define SIZE(loop, lanes) \
    static void loop##_##lanes(const NodeKind *kind, int64_t nodes, Place *place) { loop(kind, nodes, place, lanes); }
#define EACH_SIZE(loop) SIZE(loop, ALONE) SIZE(loop, SHORT) SIZE(loop, LONG)
#define SIZES(name) EACH_SIZE(forward_nodes_##name) EACH_SIZE(backward_nodes_##name)

#define ONE(name, value, to_x) FORWARD_NODES(name, 1, value) BACKWARD_NODES(name, 1, to_x, 0.0) SIZES(name)
#define TWO(name, value, to_x, to_y) FORWARD_NODES(name, 2, value) BACKWARD_NODES(name, 2, to_x, to_y) SIZES(name)
#define MANY(name, to_x) FORWARD_FOLDS(name, 1) BACKWARD_FOLDS(name, 1, to_x, 0.0) SIZES(name)
#define PAIRS(name, to_x, to_y) FORWARD_FOLDS(name, 2) BACKWARD_FOLDS(name, 2, to_x, to_y) SIZES(name)
#define SHIFTED(name, to_x) FORWARD_FOLDS(name, 1) BACKWARD_SHIFTED(name, to_x) SIZES(name)

FORMULAS(ONE, TWO, MANY, PAIRS, SHIFTED)

#define NAMES(loop) \
    { loop##_ALONE, loop##_SHORT, loop##_LONG }
#define ENTRY(inputs, name) {inputs, NAMES(forward_nodes_##name), NAMES(backward_nodes_##name)},
#define SINGLE(name, ...) ENTRY(1, name)
#define DOUBLE(name, ...) ENTRY(2, name)

static const Loops loops[] = {FORMULAS(SINGLE, DOUBLE, SINGLE, DOUBLE, SINGLE)};

static int size_of(int64_t lanes) { return lanes == ALONE ? 0 : lanes == SHORT ? 1 : 2; }

static void runs_forward(const Scalars *s, Place place, const NodeRun *runs, int64_t count, int64_t lanes) {
    const int size = size_of(lanes);
    for (const NodeRun *run = runs; run < runs + count; run++) {
        const NodeKind *kind = &s->kinds[run->kind];
        loops[kind->operation].forward[size](kind, run->nodes, &place);
    }
}

static void runs_backward(const Scalars *s, Place place, const NodeRun *runs, int64_t count, int64_t lanes) {
    const int size = size_of(lanes);
    for (const NodeRun *run = runs + count; run-- > runs;) {
        const NodeKind *kind = &s->kinds[run->kind];
        const Loops *loop = &loops[kind->operation];
        if (kind->wanted) {
            loop->backward[size](kind, run->nodes, &place);
        } else {
            place.z -= lanes * run->nodes;
            place.operands -= loop->inputs * (int64_t)kind->members * run->nodes;
        }
    }
}

/* What is computed from parameters and constants alone: once, whatever the batch. */
static void uniform_forward(const Scalars *s) {
    const Place place = {s->one, s->one.numbers + s->uniform_leaves, s->members, s->operands, NULL};
    runs_forward(s, place, s->uniform, s->uniform_runs, 1);
}

static void uniform_backward(const Scalars *s) {
    const Place place = {s->one, s->one.numbers + s->uniform_cells, s->members, s->operands + s->uniform_operands,
                         s->slots + s->uniform_slots};
    runs_backward(s, place, s->uniform, s->uniform_runs, 1);
}

/* The lanes from `start` on, `used` of them in use. The others repeat one, so that no operation meets a point which no example has. */
static void varying_forward(const Scalars *s, const Store *store, int64_t start, int64_t used, int64_t lanes) {
    double *inputs = store->numbers + lanes * s->uniform_cells;
    for (int64_t i = 0; i < s->input_count; i++)
        for (int64_t l = 0; l < lanes; l++) inputs[lanes * i + l] = s->inputs[i * s->batch + start + (l < used ? l : 0)];
    const Place place = {*store, inputs + lanes * s->input_count, s->members, s->operands + s->uniform_operands, NULL};
    runs_forward(s, place, s->varying, s->varying_runs, lanes);
    for (int64_t k = 0; k < s->output_count; k++)
        for (int64_t l = 0; l < used; l++) s->outputs[k * s->batch + start + l] = store->numbers[lanes * s->output_cells[k] + l];
}

static void varying_backward(const Scalars *s, const Store *store, int64_t used, int64_t lanes) {
    for (int64_t k = 0; k < s->output_count; k++)
        if (s->output_cells[k] >= s->uniform_cells)
            for (int64_t l = 0; l < used; l++) store->adjoints[lanes * s->output_slots[k] + l] += s->seeds[k];
    const Place place = {*store, store->numbers + lanes * s->cells, s->members, s->operands + s->operand_count, s->slots + s->slot_count};
    runs_backward(s, place, s->varying, s->varying_runs, lanes);
}

/* Every lane of a block sees the uniform numbers. */
static void share_out(const Scalars *s) {
    const int64_t lanes = s->lanes;
    for (const Shared *i = s->shared; i < s->shared + s->shared_count; i++) {
        double *numbers = s->block.numbers + lanes * i->cell;
        EACH_LANE numbers[l] = s->one.numbers[i->cell];
    }
}

/* The lanes in use send their adjoints of uniform numbers on. Where the adjoint 0 of another one met a number that is not finite,
   the product is nan, and must not get into the sum. */
static void collect(const Scalars *s, int64_t used) {
    const int64_t lanes = s->lanes;
    for (const Shared *i = s->shared; i < s->shared + s->shared_count; i++) {
        double *adjoints = s->block.adjoints + lanes * i->slot;
        s->one.adjoints[i->slot] += sum_of(adjoints, used);
        memset(adjoints, 0, (size_t)lanes * sizeof *adjoints);
    }
}

INLINE void pass(const Scalars *s, const int backward) {
    if (backward) memset(s->one.adjoints, 0, (size_t)(1 + s->parameter_count) * sizeof *s->one.adjoints);
    uniform_forward(s);
    if (s->lanes == ALONE) {
        varying_forward(s, &s->one, 0, 1, ALONE);
        if (backward) varying_backward(s, &s->one, 1, ALONE);
    } else {
        share_out(s);
        for (int64_t start = 0; start < s->batch; start += s->lanes) {
            const int64_t used = s->batch - start < s->lanes ? s->batch - start : s->lanes;
            varying_forward(s, &s->block, start, used, s->lanes);
            if (backward) {
                varying_backward(s, &s->block, used, s->lanes);
                collect(s, used);
            }
        }
    }
    if (!backward) return;
    for (int64_t k = 0; k < s->output_count; k++)
        if (s->output_cells[k] < s->uniform_cells) s->one.adjoints[s->output_slots[k]] += s->seeds[k];
    uniform_backward(s);
}

static void scalars_forward(const Scalars *s) { pass(s, 0); }
static void scalars_run(const Scalars *s) { pass(s, 1); }

const Interpreter INTERPRETER = {WIDTH_NAME, scalars_forward, scalars_run};
