/* The machine itself, for vectors of LANES numbers. Included once for each width; the width file sets the target.

   Each instruction is made ready once, as calls with addresses and strides; a pass runs the calls one after the other. */

typedef double Vector __attribute__((vector_size(8 * LANES)));
typedef double VectorInArray __attribute__((vector_size(8 * LANES), aligned(8), may_alias));

/* Lanes handled at once where numbers are kept on the stack. */
enum { BLOCK = 128 };

#define INLINE static inline __attribute__((always_inline))

INLINE Vector vector_at(const double *p) {
    return *(const VectorInArray *)p;
}

INLINE double across(Vector v) {
    double total = 0.0;
    for (int e = 0; e < LANES; e++) total += v[e];
    return total;
}

/* The sum of n numbers, in several chains of additions at once. */
INLINE double sum_of(const double *x, int64_t n) {
    Vector a = {0.0}, b = {0.0};
    int64_t i = 0;
    for (; i + 2 * LANES <= n; i += 2 * LANES) {
        a += vector_at(x + i);
        b += vector_at(x + i + LANES);
    }
    if (i + LANES <= n) {
        a += vector_at(x + i);
        i += LANES;
    }
    double total = across(a + b);
    for (; i < n; i++) total += x[i];
    return total;
}

#include "forwards.h"
#include "rows.h"
#include "folds.h"
#include "table.h"
#include "squares.h"
#include "products.h"

INLINE void put(double *to, double x, int64_t first) {
    *to = first ? x : *to + x;
}

/* What a call does: values. */

static void run_value(const Call *c) {
    Value *value = (Value *)c->f;
    for (int64_t r = 0; r < c->rows; r++)
        value(c->to + r * c->to_row, c->x + r * c->x_row, c->y + r * c->y_row, c->lanes, c->x_lane, c->y_lane);
}

static void run_value_and_partial(const Call *c) {
    ValueAndPartial *both = (ValueAndPartial *)c->f;
    for (int64_t r = 0; r < c->rows; r++) both(c->to + r * c->to_row, c->partial + r * c->to_row, c->x + r * c->x_row, c->lanes);
}

static void run_fold(const Call *c) {
    Fold *fold = ((const Operation *)c->f)->fold;
    for (int64_t node = 0; node < c->rows; node++) {
        const int64_t at = node * c->inner * c->lanes;
        fold(c->to + node * c->lanes, c->x + at, c->y + at, c->inner, c->lanes);
    }
}

static void run_fold_and_partials(const Call *c) {
    FoldAndPartials *both = (FoldAndPartials *)c->f;
    for (int64_t node = 0; node < c->rows; node++) {
        const int64_t at = node * c->inner * c->lanes;
        both(c->to + node * c->lanes, c->partial + at, c->x + at, c->inner, c->lanes);
    }
}

/* Weights x and inputs y, a bias z; behind it a relu at `partial`, if there is one, and its result g, if this is about adjoints. */
static void run_product(const Call *c) {
    const Product p = {.z = c->lean && *c->lean ? NULL : c->to, .w = c->x, .x = c->y, .bias = c->z, .relu = c->partial, .test = c->g, .z_stride = c->to_row, .w_row = c->x_row,
                       .w_column = c->x_lane, .x_stride = c->y_row, .inner = c->inner, .last = LANES, .first = c->first};
    product(&p, c->rows, c->lanes, c->scratch);
}

static void run_gather_rows(const Call *c) {
    for (int64_t r = 0; r < c->rows; r++) memcpy(c->to + r * c->lanes, c->x + c->index[r] * c->lanes, (size_t)c->lanes * sizeof *c->to);
}

static void run_gather_numbers(const Call *c) {
    for (int64_t r = 0; r < c->rows; r++)
        for (int64_t l = 0; l < c->lanes; l++) c->to[r * c->lanes + l] = c->x[c->index[r]];
}

static void run_batch_mean(const Call *c) {
    for (int64_t r = 0; r < c->rows; r++) c->to[r] = sum_of(c->x + r * c->x_row, c->used) / (double)c->used;
}

/* What a call does: contributions. */

static void run_pull(const Call *c) {
    Pull *pull = (Pull *)c->f;
    for (int64_t r = 0; r < c->rows; r++)
        pull(c->to + r * c->to_row, c->g + r * c->z_row, c->z + r * c->z_row, c->x + r * c->x_row, c->y + r * c->y_row, c->lanes,
             c->x_lane, c->y_lane, c->first);
}

/* The contributions of a row, added up: over the lanes in use alone, since what stands in the others is not finite for certain. */
static void run_pull_and_sum(const Call *c) {
    Pull *pull = (Pull *)c->f;
    double sent[BLOCK];
    for (int64_t r = 0; r < c->rows; r++) {
        const double *g = c->g + r * c->z_row, *z = c->z + r * c->z_row, *x = c->x + r * c->x_row, *y = c->y + r * c->y_row;
        double total = 0.0;
        for (int64_t l = 0; l < c->used; l += BLOCK) {
            const int64_t here = c->used - l < BLOCK ? c->used - l : BLOCK;
            pull(sent, g + l, z + l, x + l * c->x_lane, y + l * c->y_lane, here, c->x_lane, c->y_lane, 1);
            total += sum_of(sent, here);
        }
        put(c->to + r * c->to_row, total, c->first && (r == 0 || c->to_row));
    }
}

static void run_row_sums(const Call *c) {
    row_sums(c->to, c->g, c->z_row, c->rows, c->used, c->first);
}

static void run_sum(const Call *c) {
    for (int64_t r = 0; r < c->rows; r++) put(c->to + r * c->to_row, sum_of(c->g + r * c->z_row, c->used), c->first && (r == 0 || c->to_row));
}

/* One row of adjoints collects from all rows of a result. */
static void run_pull_onto_one_row(const Call *c) {
    Pull *pull = (Pull *)c->f;
    for (int64_t r = 0; r < c->rows; r++)
        pull(c->to, c->g + r * c->z_row, c->z + r * c->z_row, c->x + r * c->x_row, c->y + r * c->y_row, c->lanes, c->x_lane, c->y_lane,
             c->first && r == 0);
}

/* The inputs of one node of a fold, at up to BLOCK lanes. */
typedef struct {
    const double *g, *z, *x, *y;
    int64_t members, stride, lanes;
} Node;

INLINE void pull_node(const Operation *op, int place, double *to, const Node *n, int64_t first) {
    double top[BLOCK], rest[BLOCK], shifted[BLOCK];
    if (op->shifted) op->shifted(top, rest, n->x, n->members, n->stride, n->lanes);
    for (int64_t j = 0; j < n->members; j++) {
        const double *x = n->x + j * n->stride;
        if (op->shifted) {
            for (int64_t l = 0; l < n->lanes; l++) shifted[l] = x[l] - top[l];
            x = shifted;
        }
        op->pull[place](to + j * n->stride, n->g, op->shifted ? rest : n->z, x, n->y + j * n->stride, n->lanes, 1, 1, first);
    }
}

/* A node of plain numbers: the members are the lanes. */
INLINE void pull_plain_node(const Operation *op, int place, double *to, const Node *n, int64_t first) {
    double g[BLOCK], z[BLOCK], shifted[BLOCK], top = 0.0, here = *n->z;
    if (op->shifted) op->shifted(&top, &here, n->x, n->members, 1, 1);
    for (int l = 0; l < BLOCK; l++) {
        g[l] = *n->g;
        z[l] = here;
    }
    for (int64_t j = 0; j < n->members; j += BLOCK) {
        const int64_t count = n->members - j < BLOCK ? n->members - j : BLOCK;
        const double *x = n->x + j;
        if (op->shifted) {
            for (int64_t l = 0; l < count; l++) shifted[l] = x[l] - top;
            x = shifted;
        }
        op->pull[place](to + j, g, z, x, n->y + j, count, 1, 1, first);
    }
}

/* The same where the members' partials y are known. */
static void run_pull_members(const Call *c) {
    Pull *pull = (Pull *)c->f;
    for (int64_t node = 0; node < c->rows; node++)
        for (int64_t j = 0; j < c->inner; j++) {
            const int64_t at = (node * c->inner + j) * c->lanes;
            pull(c->to + at, c->g + node * c->lanes, c->y + at, c->y + at, c->y + at, c->lanes, 1, 1, c->first);
        }
}

/* c->x_lane: the place of the sequence; c->lanes is 1 for plain numbers. */
static void run_pull_fold(const Call *c) {
    const Operation *op = c->f;
    for (int64_t node = 0; node < c->rows; node++) {
        const int64_t at = node * c->inner * c->lanes;
        for (int64_t l = 0; l < c->lanes; l += BLOCK) {
            const int64_t here = c->lanes - l < BLOCK ? c->lanes - l : BLOCK;
            const Node n = {c->g + node * c->lanes + l, c->z + node * c->lanes + l, c->x + at + l, c->y + at + l, c->inner, c->lanes, here};
            if (c->lanes > 1) pull_node(op, (int)c->x_lane, c->to + at + l, &n, c->first);
            else pull_plain_node(op, (int)c->x_lane, c->to + at + l, &n, c->first);
        }
    }
}

static void run_transpose(const Call *c) {
    if (c->batch == NULL || !c->batch->given) transpose(c->to, c->to_row, c->x, c->x_row, c->rows, c->used);
}

static void run_gradient(const Call *c) {
    const Gradient p = {c->to, c->g, c->x, c->z_row, c->x_row, c->inner, c->used, c->first};
    gradient(&p, c->rows);
}

static void run_gather_back_rows(const Call *c) {
    for (int64_t r = 0; r < c->rows; r++) {
        double *to = c->to + c->index[r] * c->lanes;
        for (int64_t l = 0; l < c->lanes; l++) to[l] += c->g[r * c->lanes + l];
    }
}

static void run_gather_back_sums(const Call *c) {
    for (int64_t r = 0; r < c->rows; r++) c->to[c->index[r]] += c->used > 1 ? sum_of(c->g + r * c->lanes, c->used) : c->g[r * c->lanes];
}

static void run_batch_mean_back(const Call *c) {
    for (int64_t r = 0; r < c->rows; r++)
        for (int64_t l = 0; l < c->lanes; l++) put(c->to + r * c->to_row + l, c->g[r] / (double)c->used, c->first);
}

/* How calls are made ready. */

/* How an operand is walked along the rows and lanes of a result. */
typedef struct {
    double *at;
    int64_t row, lane;
} Walk;

INLINE double *rows_at(const Machine *m, double *const *stores, const Rows *rows) {
    return stores[rows->varying] + rows->start * (rows->varying ? m->stride : 1);
}

/* A uniform result is one row, whose lanes are its numbers. */
static Walk walk(const Machine *m, double *const *stores, const Rows *operand, const Rows *z) {
    double *at = rows_at(m, stores, operand);
    const int whole = operand->count == z->count;
    if (!z->varying) return (Walk){at, 0, whole};
    if (operand->varying) return (Walk){at, whole ? m->stride : 0, 1};
    return (Walk){at, whole, 0};
}

INLINE int goes_on(int64_t row, int64_t lane, int64_t lanes) {
    return lane ? row == lanes : row == 0;
}

/* A call for a map, in which several rows are one long row where every operand goes on from row to row as if they were.
   Plain numbers that all have the same operands are rows of one lane. */
static Call map_call(const Machine *m, const Instruction *i, const double *const to, int64_t to_row, int64_t to_lane) {
    const Walk z = walk(m, m->store, &i->z, &i->z), x = walk(m, m->store, &i->x, &i->z);
    const Walk y = i->y.count ? walk(m, m->store, &i->y, &i->z) : (Walk){x.at, x.row, x.lane};
    Call c = {.to = (double *)to, .z = z.at, .x = x.at, .y = y.at, .rows = 1, .lanes = i->z.count, .used = i->z.count};
    c.g = rows_at(m, m->adjoint, &i->z);
    c.to_row = to_row, c.z_row = z.row, c.x_row = x.row, c.y_row = y.row, c.x_lane = x.lane, c.y_lane = y.lane;
    if (i->z.varying) {
        c.rows = i->z.count, c.lanes = m->stride, c.used = m->batch;
        if (to_lane && goes_on(to_row, 1, c.lanes) && goes_on(z.row, 1, c.lanes) && goes_on(x.row, x.lane, c.lanes) &&
            goes_on(y.row, y.lane, c.lanes)) {
            c.lanes *= c.rows;
            c.rows = 1;
        }
    } else if (!x.lane && (!i->y.count || !y.lane)) {
        c.rows = i->z.count, c.lanes = c.used = 1;
        c.to_row = to_lane, c.z_row = 1, c.x_row = c.y_row = 0, c.x_lane = c.y_lane = 1;
    }
    return c;
}

INLINE void append(Calls *list, Call c, Run *run, const void *f) {
    c.run = run;
    c.f = f;
    list->calls[list->count++] = c;
}

INLINE int is_uniform(const Machine *m, const double *adjoint) {
    return (uintptr_t)adjoint - (uintptr_t)m->adjoint[0] < (size_t)m->uniform * sizeof *adjoint;
}

/* The call for the product that is the last to write to these numbers, if its results are all of them. */
static Call *product_into(const Machine *m, const Calls *list, const double *numbers, int64_t count) {
    for (Call *c = list->calls + list->count; c-- > list->calls;) {
        if (c->run == run_product && c->to == numbers && c->to_row == c->lanes && c->rows * c->lanes == count && c->lanes % LANES == 0) return c;
        if (list == &m->contributions && !is_uniform(m, c->to)) return NULL;
    }
    return NULL;
}

static void append_value(Machine *m, const Call *c, Run *run, const void *f) {
    append(&m->values, *c, run, f);
    append(&m->values_and_partials, *c, run, f);
}

/* Let a product that leaves its results at `numbers` do what a relu does with them. Could it be so? A product that sums part by part needs
   them itself. */
static int relu_in_product(const Machine *m, const Calls *list, const double *numbers, const Call *relu, const double *test) {
    Call *product = relu->rows == 1 ? product_into(m, list, numbers, relu->lanes) : NULL;
    if (product == NULL || product->partial != NULL) return 0;
    product->partial = relu->to;
    product->g = test;
    if (product->first && product->inner <= INNER && (test || product->unread)) product->lean = &m->lean;
    return 1;
}

static void prepare_map_values(Machine *m, const Instruction *i) {
    const Operation *op = &operations[i->op];
    const Walk z = walk(m, m->store, &i->z, &i->z);
    Call c = map_call(m, i, z.at, z.row, 1);
    if (op->value == value_relu && relu_in_product(m, &m->values, c.x, &c, NULL)) {
        relu_in_product(m, &m->values_and_partials, c.x, &c, NULL);
        return;
    }
    append(&m->values, c, run_value, (const void *)op->value);
    if (i->partial < 0) {
        append(&m->values_and_partials, c, run_value, (const void *)op->value);
    } else {
        c.partial = m->store[i->z.varying] + i->partial * (i->z.varying ? m->stride : 1);
        append(&m->values_and_partials, c, run_value_and_partial, (const void *)op->both);
    }
}

/* The number of the row of the table that multiplies: its pull-back at place 0 is adjoint times y. */
static Pull *times(void) {
    for (const Operation *op = operations;; op++)
        if (strcmp(op->name, "mul") == 0) return op->pull[0];
}

static void prepare_map_contribution(Machine *m, const Instruction *i, int place) {
    const Operation *op = &operations[i->op];
    const Rows *operand = place ? &i->y : &i->x;
    if (!operand->wanted) return;
    const Walk to = walk(m, m->adjoint, operand, &i->z);
    const void *pull = (const void *)op->pull[place];
    Call c = map_call(m, i, to.at, to.row, to.lane);
    c.first = operand->first;
    if (i->partial >= 0) {
        pull = (const void *)times();
        c.y = c.x = m->store[i->z.varying] + i->partial * (i->z.varying ? m->stride : 1);
        c.y_row = c.x_row = c.z_row, c.y_lane = c.x_lane = 1;
    }
    if (op->pull[0] == pull_relu_0 && i->z.varying && c.first && relu_in_product(m, &m->contributions, c.g, &c, c.z)) return;
    if (to.lane && i->z.varying && operand->count < i->z.count) append(&m->contributions, c, run_pull_onto_one_row, pull);
    else if (to.lane) append(&m->contributions, c, run_pull, pull);
    else append(&m->contributions, c, op->passes[place] ? run_sum : run_pull_and_sum, pull);
}

static void prepare_fold(Machine *m, const Instruction *i) {
    const Operation *op = &operations[i->op];
    Call c = {.to = rows_at(m, m->store, &i->z), .x = rows_at(m, m->store, &i->x), .y = rows_at(m, m->store, &i->y), .rows = i->z.count};
    c.lanes = i->z.varying ? m->stride : 1;
    c.inner = i->x.count / i->z.count;
    append(&m->values, c, run_fold, op);
    if (i->partial < 0) {
        append(&m->values_and_partials, c, run_fold, op);
    } else {
        c.partial = m->store[1] + i->partial * m->stride;
        append(&m->values_and_partials, c, run_fold_and_partials, (const void *)op->fold_and_partials);
    }
}

static void prepare_fold_contribution(Machine *m, const Instruction *i, int place) {
    const Rows *operand = place ? &i->y : &i->x;
    if (!operand->wanted) return;
    Call c = {.to = rows_at(m, m->adjoint, operand), .g = rows_at(m, m->adjoint, &i->z), .z = rows_at(m, m->store, &i->z)};
    c.x = rows_at(m, m->store, &i->x);
    c.y = rows_at(m, m->store, &i->y);
    c.rows = i->z.count;
    c.lanes = i->z.varying ? m->stride : 1;
    c.inner = i->x.count / i->z.count;
    c.x_lane = place;
    c.first = operand->first;
    if (i->partial < 0) {
        append(&m->contributions, c, run_pull_fold, &operations[i->op]);
    } else {
        c.y = m->store[1] + i->partial * m->stride;
        append(&m->contributions, c, run_pull_members, (const void *)times());
    }
}

static void prepare_product(Machine *m, const Instruction *i) {
    Call c = {.to = rows_at(m, m->store, &i->z), .x = rows_at(m, m->store, &i->x), .y = rows_at(m, m->store, &i->y), .rows = i->z.count};
    c.z = i->b.count ? rows_at(m, m->store, &i->b) : NULL;
    c.unread = i->op;
    c.to_row = c.y_row = c.lanes = m->stride;
    c.inner = c.x_row = i->y.count;
    c.x_lane = 1;
    c.first = 1;
    c.scratch = m->scratch;
    append_value(m, &c, run_product, NULL);
}

/* Are the gradients of weights faster as sums over lanes, one by one, than as a product with the inputs example by example?
   Cycles, roughly: such a sum needs six more to be added up across, a vector of inputs four to be transposed, and a call thirty. */
static int is_summed_by_lanes(int64_t rows, int64_t inner, int64_t batch, int given) {
    const int64_t vectors = (batch + LANES - 1) / LANES;
    const int64_t transposed = given ? 0 : 4 * inner * vectors;
    return rows * inner * (vectors + 6) < rows * batch * ((inner + LANES - 1) / LANES) + transposed + 30;
}

static void prepare_product_contributions(Machine *m, const Instruction *i) {
    const int64_t k = i->y.count, width = padded(k);
    const double *g = rows_at(m, m->adjoint, &i->z), *x = rows_at(m, m->store, &i->y);
    Batch *batch = i->partial >= 0 ? m->batch_of + i->partial : NULL;
    double *to = rows_at(m, m->adjoint, &i->x), *transposed = batch ? batch->examples : m->scratch;
    if (i->b.count && i->b.wanted) {
        Call c = {.to = rows_at(m, m->adjoint, &i->b), .g = g, .rows = i->z.count, .used = m->batch, .first = i->b.first};
        c.z_row = m->stride;
        append(&m->contributions, c, run_row_sums, NULL);
    }
    if (!i->x.wanted) {
        /* The weights are constants. */
    } else if (is_summed_by_lanes(i->z.count, k, m->batch, batch != NULL)) {
        Call c = {.to = to, .g = g, .x = x, .rows = i->z.count, .inner = k, .used = m->batch, .first = i->x.first};
        c.z_row = c.x_row = m->stride;
        append(&m->contributions, c, run_gradient, NULL);
    } else {
        Call c = {.to = transposed, .x = x, .rows = k, .used = m->batch, .to_row = width, .x_row = m->stride, .batch = batch};
        if (batch) batch->wanted = 1;
        append(&m->contributions, c, run_transpose, NULL);
        Call d = {.to = to, .x = g, .y = transposed, .rows = i->z.count, .inner = m->batch, .lanes = k, .first = i->x.first};
        d.to_row = k, d.y_row = width, d.x_row = m->stride, d.x_lane = 1;
        d.scratch = batch ? m->scratch : m->scratch + width * m->batch;
        append(&m->contributions, d, run_product, NULL);
    }
    if (i->y.wanted) {
        Call c = {.to = rows_at(m, m->adjoint, &i->y), .x = rows_at(m, m->store, &i->x), .y = g, .rows = k, .inner = i->z.count};
        c.to_row = c.y_row = c.lanes = m->stride;
        c.x_row = 1, c.x_lane = k;
        c.first = i->y.first;
        c.scratch = m->scratch;
        append(&m->contributions, c, run_product, NULL);
    }
}

static void prepare_gather(Machine *m, const Instruction *i) {
    Call c = {.to = rows_at(m, m->store, &i->z), .x = m->store[i->x.varying], .index = m->index + i->x.start, .rows = i->z.count};
    c.lanes = i->z.varying ? m->stride : 1;
    append_value(m, &c, i->z.varying && i->x.varying ? run_gather_rows : run_gather_numbers, NULL);
}

static void prepare_gather_contribution(Machine *m, const Instruction *i) {
    Call c = {.to = m->adjoint[i->x.varying], .g = rows_at(m, m->adjoint, &i->z), .index = m->index + i->x.start, .rows = i->z.count};
    c.lanes = i->z.varying ? m->stride : 1;
    c.used = i->z.varying ? m->batch : 1;
    append(&m->contributions, c, i->z.varying && i->x.varying ? run_gather_back_rows : run_gather_back_sums, NULL);
}

static void prepare_batch_mean(Machine *m, const Instruction *i) {
    Call c = {.to = rows_at(m, m->store, &i->z), .x = rows_at(m, m->store, &i->x), .rows = i->z.count, .used = m->batch};
    c.x_row = m->stride;
    append_value(m, &c, run_batch_mean, NULL);
}

static void prepare_batch_mean_contribution(Machine *m, const Instruction *i) {
    if (!i->x.wanted) return;
    Call c = {.to = rows_at(m, m->adjoint, &i->x), .g = rows_at(m, m->adjoint, &i->z), .rows = i->z.count, .used = m->batch};
    c.lanes = c.to_row = m->stride;
    c.first = i->x.first;
    append(&m->contributions, c, run_batch_mean_back, NULL);
}

static void prepare_values(Machine *m, const Instruction *i) {
    switch (i->kind) {
        case MAP: prepare_map_values(m, i); break;
        case FOLD: prepare_fold(m, i); break;
        case MATMUL: prepare_product(m, i); break;
        case GATHER: prepare_gather(m, i); break;
        case BATCH_MEAN: prepare_batch_mean(m, i); break;
    }
}

static void prepare_contributions(Machine *m, const Instruction *i) {
    switch (i->kind) {
        case MAP:
            prepare_map_contribution(m, i, 0);
            prepare_map_contribution(m, i, 1);
            break;
        case FOLD:
            prepare_fold_contribution(m, i, 0);
            prepare_fold_contribution(m, i, 1);
            break;
        case MATMUL: prepare_product_contributions(m, i); break;
        case GATHER: prepare_gather_contribution(m, i); break;
        case BATCH_MEAN: prepare_batch_mean_contribution(m, i); break;
    }
}

/* The arguments of a batch, example by example, become rows of lanes. Lanes that no example fills repeat one that is filled, so
   that no operation meets a point which no example has. */
static void spread(double *rows, int64_t stride, const double *examples, int64_t count, int64_t batch) {
    if (count == 1) memcpy(rows, examples, (size_t)batch * sizeof *rows);
    else transpose(rows, stride, examples, count, batch, count);
    for (int64_t r = 0; r < count; r++)
        for (int64_t l = batch; l < stride; l++) rows[r * stride + l] = rows[r * stride];
}

static double mean(const double *lanes, int64_t n) {
    return sum_of(lanes, n) / (double)n;
}

/* 0 times a number is 0 for all that are finite, and nan for the others. */
static int all_finite(const double *numbers, int64_t n) {
    double total = 0.0;
    Vector sums[4] = {{0.0}};
    int64_t i = 0;
    for (; i + 4 * LANES <= n; i += 4 * LANES)
        UNROLLED for (int k = 0; k < 4; k++) sums[k] += vector_at(numbers + i + k * LANES) * 0.0;
    for (; i < n; i++) total += numbers[i] * 0.0;
    return total + across(sums[0] + sums[1] + sums[2] + sums[3]) == 0.0;
}

static void apply(int64_t op, double *z, const double *x, const double *y, int64_t n, int64_t x_step, int64_t y_step) {
    operations[op].value(z, x, y, n, x_step, y_step);
}

const Width WIDTH = {WIDTH_NAME, prepare_values, prepare_contributions, spread, mean, all_finite, rules, apply};
