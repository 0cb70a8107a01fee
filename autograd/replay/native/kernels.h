/* The machine itself, for vectors of LANES numbers. Included once for each width; the width file sets the target. */

typedef double Vector __attribute__((vector_size(8 * LANES)));
typedef double VectorInArray __attribute__((vector_size(8 * LANES), aligned(8), may_alias));

/* Lanes handled at once where numbers are kept on the stack. */
enum { BLOCK = 128 };

#define INLINE static inline __attribute__((always_inline))

INLINE Vector vector_at(const double *p) {
    return *(const VectorInArray *)p;
}

/* The sum of n numbers, in several chains of additions at once. */
static double sum_of(const double *x, int64_t n) {
    Vector a = {0.0}, b = {0.0};
    int64_t i = 0;
    for (; i + 2 * LANES <= n; i += 2 * LANES) {
        a += vector_at(x + i);
        b += vector_at(x + i + LANES);
    }
    a += b;
    double total = 0.0;
    for (int e = 0; e < LANES; e++) total += a[e];
    for (; i < n; i++) total += x[i];
    return total;
}

#include "forwards.h"
#include "folds.h"
#include "rows.h"
#include "table.h"
#include "products.h"

/* How an operand is walked along the rows and lanes of a result. */
typedef struct {
    double *at;
    int64_t row, lane;
} Walk;

/* A uniform result is one row, whose lanes are its numbers. */
INLINE Walk walk(const Machine *m, double *const *stores, const Rows *operand, const Rows *z) {
    double *at = stores[operand->varying] + operand->start * (operand->varying ? m->stride : 1);
    if (!z->varying) return (Walk){at, 0, operand->count == z->count};
    if (operand->varying) return (Walk){at, operand->count == z->count ? m->stride : 0, 1};
    return (Walk){at, operand->count == z->count, 0};
}

/* The rows and lanes of a map: several rows are one long row where every operand goes on from row to row as if they were. */
typedef struct {
    Walk z, x, y;
    int64_t rows, lanes;
} Shape;

INLINE int goes_on(const Walk *w, int64_t lanes) {
    return w->lane ? w->row == lanes : w->row == 0;
}

INLINE Shape shape(const Machine *m, const Instruction *i) {
    Shape s = {walk(m, m->store, &i->z, &i->z), walk(m, m->store, &i->x, &i->z), walk(m, m->store, &i->y, &i->z), 1, i->z.count};
    if (i->z.varying) {
        s.rows = i->z.count;
        s.lanes = m->stride;
    }
    return s;
}

INLINE void join_rows(Shape *s) {
    if (s->rows > 1 && goes_on(&s->x, s->lanes) && goes_on(&s->y, s->lanes)) {
        s->lanes *= s->rows;
        s->rows = 1;
    }
}

static void map_forward(const Machine *m, const Instruction *i) {
    Shape s = shape(m, i);
    Forward *value = operations[i->op].value;
    join_rows(&s);
    for (int64_t r = 0; r < s.rows; r++)
        value(s.z.at + r * s.z.row, s.x.at + r * s.x.row, s.y.at + r * s.y.row, s.lanes, s.x.lane, s.y.lane);
}

/* The contributions of one row, added up: over the lanes in use alone, since what stands in the others is not finite for certain. */
static double pulled_sum(Pull *pull, const double *g, const double *z, const double *x, const double *y, int64_t n, int64_t x_lane,
                         int64_t y_lane) {
    double sent[BLOCK], total = 0.0;
    for (int64_t l = 0; l < n; l += BLOCK) {
        const int64_t here = n - l < BLOCK ? n - l : BLOCK;
        memset(sent, 0, (size_t)here * sizeof *sent);
        pull(sent, g + l, z + l, x + l * x_lane, y + l * y_lane, here, x_lane, y_lane);
        total += sum_of(sent, here);
    }
    return total;
}

static void map_pull(const Machine *m, const Instruction *i, int place) {
    Pull *pull = operations[i->op].pull[place];
    Shape s = shape(m, i);
    Walk to = walk(m, m->adjoint, place ? &i->y : &i->x, &i->z);
    const double *g = walk(m, m->adjoint, &i->z, &i->z).at;
    if (to.lane) {
        join_rows(&s);
        for (int64_t r = 0; r < s.rows; r++)
            pull(to.at + r * to.row, g + r * s.z.row, s.z.at + r * s.z.row, s.x.at + r * s.x.row, s.y.at + r * s.y.row, s.lanes, s.x.lane,
                 s.y.lane);
    } else {
        const int64_t used = i->z.varying ? m->batch : s.lanes;
        for (int64_t r = 0; r < s.rows; r++)
            to.at[r * to.row] += pulled_sum(pull, g + r * s.z.row, s.z.at + r * s.z.row, s.x.at + r * s.x.row, s.y.at + r * s.y.row, used,
                                            s.x.lane, s.y.lane);
    }
}

static void map_backward(const Machine *m, const Instruction *i) {
    if (i->x.wanted) map_pull(m, i, 0);
    if (i->y.wanted) map_pull(m, i, 1);
}

INLINE double *rows_at(const Machine *m, double *const *stores, const Rows *rows) {
    return stores[rows->varying] + rows->start * (rows->varying ? m->stride : 1);
}

static void fold_forward(const Machine *m, const Instruction *i) {
    const int64_t lanes = i->z.varying ? m->stride : 1, members = i->x.count / i->z.count;
    double *z = rows_at(m, m->store, &i->z);
    const double *x = rows_at(m, m->store, &i->x), *y = rows_at(m, m->store, &i->y);
    for (int64_t node = 0; node < i->z.count; node++) {
        const int64_t at = node * members * lanes;
        operations[i->op].fold(z + node * lanes, x + at, y + at, members, lanes);
    }
}

/* The inputs of one node of a fold, at up to BLOCK lanes. */
typedef struct {
    const double *g, *z, *x, *y;
    int64_t members, stride, lanes;
} Node;

static void fold_pull(const Operation *op, int place, double *to, const Node *n) {
    double top[BLOCK], rest[BLOCK], shifted[BLOCK];
    if (op->shifted) op->shifted(top, rest, n->x, n->members, n->stride, n->lanes);
    for (int64_t j = 0; j < n->members; j++) {
        const double *x = n->x + j * n->stride;
        if (op->shifted) {
            for (int64_t l = 0; l < n->lanes; l++) shifted[l] = x[l] - top[l];
            x = shifted;
        }
        op->pull[place](to + j * n->stride, n->g, op->shifted ? rest : n->z, x, n->y + j * n->stride, n->lanes, 1, 1);
    }
}

/* A fold of plain numbers: the members are the lanes. */
static void plain_fold_pull(const Operation *op, int place, double *to, const Node *n) {
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
        op->pull[place](to + j, g, z, x, n->y + j, count, 1, 1);
    }
}

static void fold_backward(const Machine *m, const Instruction *i) {
    const Operation *op = &operations[i->op];
    const int64_t lanes = i->z.varying ? m->stride : 1, members = i->x.count / i->z.count;
    const double *g = rows_at(m, m->adjoint, &i->z), *z = rows_at(m, m->store, &i->z);
    const double *x = rows_at(m, m->store, &i->x), *y = rows_at(m, m->store, &i->y);
    for (int place = 0; place < 2; place++) {
        const Rows *rows = place ? &i->y : &i->x;
        if (!rows->wanted) continue;
        double *to = rows_at(m, m->adjoint, rows);
        for (int64_t node = 0; node < i->z.count; node++) {
            const int64_t at = node * members * lanes;
            for (int64_t l = 0; l < lanes; l += BLOCK) {
                const int64_t here = lanes - l < BLOCK ? lanes - l : BLOCK;
                const Node n = {g + node * lanes + l, z + node * lanes + l, x + at + l, y + at + l, members, lanes, here};
                (i->z.varying ? fold_pull : plain_fold_pull)(op, place, to + at + l, &n);
            }
        }
    }
}

static void matmul_forward(const Machine *m, const Instruction *i) {
    const int64_t k = i->y.count;
    product(rows_at(m, m->store, &i->z), m->stride, rows_at(m, m->store, &i->x), k, 1, rows_at(m, m->store, &i->y), m->stride, i->z.count, k,
            m->stride);
}

static void matmul_backward(const Machine *m, const Instruction *i) {
    const int64_t k = i->y.count, padded = (k + PADDED - 1) / PADDED * PADDED;
    const double *g = rows_at(m, m->adjoint, &i->z);
    transpose(m->transposed, padded, rows_at(m, m->store, &i->y), m->stride, k, m->batch);
    add_product(rows_at(m, m->adjoint, &i->x), k, g, m->stride, 1, m->transposed, padded, i->z.count, m->batch, k);
    if (i->y.wanted)
        add_product(rows_at(m, m->adjoint, &i->y), m->stride, rows_at(m, m->store, &i->x), 1, k, g, m->stride, k, i->z.count, m->stride);
}

static void gather_forward(const Machine *m, const Instruction *i) {
    const int64_t *index = m->index + i->x.start, lanes = i->z.varying ? m->stride : 1;
    const double *from = m->store[i->x.varying];
    double *z = rows_at(m, m->store, &i->z);
    for (int64_t r = 0; r < i->z.count; r++) {
        if (i->z.varying && i->x.varying)
            memcpy(z + r * lanes, from + index[r] * lanes, (size_t)lanes * sizeof *z);
        else
            for (int64_t l = 0; l < lanes; l++) z[r * lanes + l] = from[index[r]];
    }
}

static void gather_backward(const Machine *m, const Instruction *i) {
    const int64_t *index = m->index + i->x.start;
    const double *g = rows_at(m, m->adjoint, &i->z);
    double *to = m->adjoint[i->x.varying];
    for (int64_t r = 0; r < i->z.count; r++) {
        if (!i->z.varying)
            to[index[r]] += g[r];
        else if (!i->x.varying)
            to[index[r]] += sum_of(g + r * m->stride, m->batch);
        else
            for (int64_t l = 0; l < m->stride; l++) to[index[r] * m->stride + l] += g[r * m->stride + l];
    }
}

static void batch_mean_forward(const Machine *m, const Instruction *i) {
    double *z = rows_at(m, m->store, &i->z);
    const double *x = rows_at(m, m->store, &i->x);
    for (int64_t r = 0; r < i->z.count; r++) z[r] = sum_of(x + r * m->stride, m->batch) / (double)m->batch;
}

static void batch_mean_backward(const Machine *m, const Instruction *i) {
    const double *g = rows_at(m, m->adjoint, &i->z);
    double *to = rows_at(m, m->adjoint, &i->x);
    for (int64_t r = 0; r < i->z.count; r++)
        for (int64_t l = 0; l < m->batch; l++) to[r * m->stride + l] += g[r] / (double)m->batch;
}

static void forward(const Machine *m) {
    for (const Instruction *i = m->code; i < m->code + m->instructions; i++) {
        switch (i->kind) {
            case MAP: map_forward(m, i); break;
            case FOLD: fold_forward(m, i); break;
            case MATMUL: matmul_forward(m, i); break;
            case GATHER: gather_forward(m, i); break;
            case BATCH_MEAN: batch_mean_forward(m, i); break;
        }
    }
}

static void backward(const Machine *m) {
    for (const Instruction *i = m->code + m->instructions; i-- > m->code;) {
        switch (i->kind) {
            case MAP: map_backward(m, i); break;
            case FOLD: fold_backward(m, i); break;
            case MATMUL: matmul_backward(m, i); break;
            case GATHER: gather_backward(m, i); break;
            case BATCH_MEAN: batch_mean_backward(m, i); break;
        }
    }
}

const Width WIDTH = {WIDTH_NAME, forward, backward};
