/* Squares of LANES x LANES numbers in registers: transposed, or their rows added up; and what is made of that. */

typedef int64_t Whole __attribute__((vector_size(8 * LANES)));

#if LANES == 8
#define PLACES 0, 1, 2, 3, 4, 5, 6, 7
#elif LANES == 4
#define PLACES 0, 1, 2, 3
#else
#define PLACES 0, 1
#endif

/* The first `count` numbers of a vector, and zeros. */
INLINE Vector only(Vector v, int64_t count) {
    return (Vector)((Whole)v & (Whole)((Whole){PLACES} < count));
}

/* The first `count` numbers of a vector are stored; if not `first`, added to what stands there. */
INLINE void store(double *to, Vector v, int64_t count, int64_t first) {
    if (count < LANES)
        for (int64_t e = 0; e < count; e++) to[e] = first ? v[e] : to[e] + v[e];
    else
        *(VectorInArray *)to = first ? v : v + vector_at(to);
}

#if defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector)
#define SHUFFLED(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#endif
#endif
#ifndef SHUFFLED
#define SHUFFLED(a, b, ...) __builtin_shuffle(a, b, (Whole){__VA_ARGS__})
#endif

#define UNROLLED _Pragma("GCC unroll 8")

/* Blocks off the diagonal, `half` wide, of all pairs of rows so far apart, change places. */
#define EXCHANGE(rows, half, upper, lower)               \
    UNROLLED for (int r = 0; r < LANES; r++) {           \
        if (r & (half)) continue;                        \
        const Vector a = rows[r], b = rows[r + (half)];  \
        rows[r] = SHUFFLED(a, b, upper);                 \
        rows[r + (half)] = SHUFFLED(a, b, lower);        \
    }
#define LIST(...) __VA_ARGS__
#if LANES == 8
#define EXCHANGE_4(rows) EXCHANGE(rows, 4, LIST(0, 1, 2, 3, 8, 9, 10, 11), LIST(4, 5, 6, 7, 12, 13, 14, 15))
#define EXCHANGE_2(rows) EXCHANGE(rows, 2, LIST(0, 1, 8, 9, 4, 5, 12, 13), LIST(2, 3, 10, 11, 6, 7, 14, 15))
#define EXCHANGE_1(rows) EXCHANGE(rows, 1, LIST(0, 8, 2, 10, 4, 12, 6, 14), LIST(1, 9, 3, 11, 5, 13, 7, 15))
#elif LANES == 4
#define EXCHANGE_4(rows)
#define EXCHANGE_2(rows) EXCHANGE(rows, 2, LIST(0, 1, 4, 5), LIST(2, 3, 6, 7))
#define EXCHANGE_1(rows) EXCHANGE(rows, 1, LIST(0, 4, 2, 6), LIST(1, 5, 3, 7))
#else
#define EXCHANGE_4(rows)
#define EXCHANGE_2(rows)
#define EXCHANGE_1(rows) EXCHANGE(rows, 1, LIST(0, 2), LIST(1, 3))
#endif

/* The first `columns` columns of a square become rows. */
INLINE void transpose_square(double *y, int64_t y_stride, const double *x, int64_t x_stride, const int columns) {
    Vector rows[LANES];
    UNROLLED for (int r = 0; r < LANES; r++) rows[r] = vector_at(x + r * x_stride);
    EXCHANGE_4(rows)
    EXCHANGE_2(rows)
    EXCHANGE_1(rows)
    UNROLLED for (int r = 0; r < columns; r++) *(VectorInArray *)(y + r * y_stride) = rows[r];
}

static void transpose_columns(double *y, int64_t y_stride, const double *x, int64_t x_stride, int64_t columns) {
    switch (columns) {
        case 1: transpose_square(y, y_stride, x, x_stride, 1); break;
#if LANES > 2
        case 2: transpose_square(y, y_stride, x, x_stride, 2); break;
        case 3: transpose_square(y, y_stride, x, x_stride, 3); break;
#endif
#if LANES > 4
        case 4: transpose_square(y, y_stride, x, x_stride, 4); break;
        case 5: transpose_square(y, y_stride, x, x_stride, 5); break;
        case 6: transpose_square(y, y_stride, x, x_stride, 6); break;
        case 7: transpose_square(y, y_stride, x, x_stride, 7); break;
#endif
    }
}

/* y[l][j] = x[j][l], for j below rows and l below columns. Whole vectors are read as long as all their numbers are before the end of x. */
static void transpose(double *y, int64_t y_stride, const double *x, int64_t x_stride, int64_t rows, int64_t columns) {
    const int64_t whole = columns / LANES * LANES, end = (rows - 1) * x_stride + columns;
    int64_t j = 0;
    for (; j + LANES <= rows; j += LANES) {
        int64_t l = 0;
        for (; l < whole; l += LANES) transpose_square(y + l * y_stride + j, y_stride, x + j * x_stride + l, x_stride, LANES);
        if ((j + LANES - 1) * x_stride + l + LANES <= end) transpose_columns(y + l * y_stride + j, y_stride, x + j * x_stride + l, x_stride, columns - l);
        else
            for (; l < columns; l++)
                for (int e = 0; e < LANES; e++) y[l * y_stride + j + e] = x[(j + e) * x_stride + l];
    }
    for (; j < rows; j++)
        for (int64_t l = 0; l < columns; l++) y[l * y_stride + j] = x[j * x_stride + l];
}

/* Of each of LANES vectors, the sum of its numbers. */
INLINE Vector totals(Vector *rows) {
    EXCHANGE_1(rows)
    UNROLLED for (int r = 0; r < LANES; r += 2) rows[r] += rows[r + 1];
    EXCHANGE_2(rows)
    UNROLLED for (int r = 0; r + 2 < LANES; r += 4) rows[r] += rows[r + 2];
    EXCHANGE_4(rows)
    if (LANES > 4) rows[0] += rows[LANES / 2];
    return rows[0];
}

/* to[r] = Σ g[r] over the lanes in use. Where no row is left, the last one is taken again. */
static void row_sums(double *to, const double *g, int64_t g_stride, int64_t rows, int64_t lanes, int64_t first) {
    const int64_t whole = lanes / LANES * LANES;
    for (int64_t r = 0; r < rows; r += LANES) {
        Vector sums[LANES];
        const double *at[LANES];
        UNROLLED for (int e = 0; e < LANES; e++) {
            sums[e] = (Vector){0.0};
            at[e] = g + (r + e < rows ? r + e : rows - 1) * g_stride;
        }
        for (int64_t l = 0; l < whole; l += LANES)
            UNROLLED for (int e = 0; e < LANES; e++) sums[e] += vector_at(at[e] + l);
        if (whole < lanes)
            UNROLLED for (int e = 0; e < LANES; e++) sums[e] += only(vector_at(at[e] + whole), lanes - whole);
        store(to + r, totals(sums), rows - r, first);
    }
}

/* z[r][j] = Σ g[r] x[j] over the lanes in use. */
typedef struct {
    double *z;
    const double *g, *x;
    int64_t g_stride, x_stride, inner, lanes, first;
} Gradient;

/* The part of a tile's sums that LANES of the lanes make, `count` of them in use. */
INLINE void add_products(const Gradient *p, const double *g, const double *x, Vector *sums, const int rows, const int columns, int64_t count) {
    Vector here[8];
    UNROLLED for (int r = 0; r < rows; r++) here[r] = only(vector_at(g + r * p->g_stride), count);
    UNROLLED for (int c = 0; c < columns; c++) {
        const Vector column = only(vector_at(x + c * p->x_stride), count);
        UNROLLED for (int r = 0; r < rows; r++) sums[r * columns + c] += here[r] * column;
    }
}

/* One tile; `columns` is a power of two and at most LANES. */
INLINE void gradient_tile(const Gradient *p, int64_t row, int64_t column, const int rows, const int columns) {
    enum { MOST = 2 };
    const double *g = p->g + row * p->g_stride, *x = p->x + column * p->x_stride;
    const int64_t whole = p->lanes / LANES * LANES;
    Vector sums[MOST * LANES];
    _Pragma("GCC unroll 16") for (int k = 0; k < MOST * LANES; k++) sums[k] = (Vector){0.0};
    for (int64_t l = 0; l < whole; l += LANES) add_products(p, g + l, x + l, sums, rows, columns, LANES);
    if (whole < p->lanes) add_products(p, g + whole, x + whole, sums, rows, columns, p->lanes - whole);
    double *z = p->z + row * p->inner + column;
    UNROLLED for (int k = 0; k < rows * columns; k += LANES) {
        const int count = rows * columns - k < LANES ? rows * columns - k : LANES;
        const Vector found = totals(sums + k);
        if (columns == LANES || columns == p->inner) store(z + k / columns * p->inner, found, count, p->first);
        else
            for (int e = 0; e < count; e++) {
                double *to = z + (k + e) / columns * p->inner + (k + e) % columns;
                *to = p->first ? found[e] : *to + found[e];
            }
    }
}

/* All rows of `columns` columns. */
INLINE void gradient_strip(const Gradient *p, int64_t rows, int64_t column, const int columns) {
    const int tall = 2 * LANES / columns < 8 ? 2 * LANES / columns : 8;
    int64_t r = 0;
    for (; r + tall <= rows; r += tall) gradient_tile(p, r, column, tall, columns);
    for (; r < rows; r++) gradient_tile(p, r, column, 1, columns);
}

static void gradient(const Gradient *p, int64_t rows) {
    int64_t column = 0;
    for (; column + LANES <= p->inner; column += LANES) gradient_strip(p, rows, column, LANES);
#if LANES > 4
    if (p->inner - column >= 4) {
        gradient_strip(p, rows, column, 4);
        column += 4;
    }
#endif
#if LANES > 2
    if (p->inner - column >= 2) {
        gradient_strip(p, rows, column, 2);
        column += 2;
    }
#endif
    if (column < p->inner) gradient_strip(p, rows, column, 1);
}
