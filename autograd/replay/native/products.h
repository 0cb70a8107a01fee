/* Matrix products, by tiles that stay in registers; and transposition. */

/* Rows of a tile so many vectors wide: enough sums to keep the multipliers busy, few enough to stay in registers. */
#define TILE_ROWS(columns) (TILE_SUMS / (columns) < 8 ? TILE_SUMS / (columns) : 8)

/* How much of the inner sum, and of the columns, is copied together before it is used for every row: what the nearest cache holds. */
enum { INNER = 256, PACK_FROM = 4096 };

/* With so few inputs, or outputs, gradients of weights are sums over lanes one by one. */
enum { NARROW = 4, FEW = 2 };

#define UNROLLED _Pragma("GCC unroll 8")

/* The first `count` numbers of a vector are stored; if not `first`, added to what stands there. */
INLINE void store(double *z, Vector v, int64_t count, int64_t first) {
    if (count < LANES)
        for (int64_t e = 0; e < count; e++) z[e] = first ? v[e] : z[e] + v[e];
    else if (first)
        *(VectorInArray *)z = v;
    else
        *(VectorInArray *)z += v;
}

/* The operands of a product z = w x + bias, where w is walked by two strides and x is padded to whole vectors. */
typedef struct {
    double *z;
    const double *w, *x, *bias;
    int64_t z_stride, w_row, w_column, x_stride, inner, last, first;
} Product;

/* One tile of `rows` rows and `columns` vectors; of the last vector, `last` numbers count. */
INLINE void tile(const Product *p, int64_t row, const int rows, const int columns) {
    const double *w = p->w + row * p->w_row, *x = p->x;
    const int64_t w_row = p->w_row, w_column = p->w_column, x_stride = p->x_stride, inner = p->inner;
    Vector sums[8][TILE_COLUMNS];
    UNROLLED for (int r = 0; r < rows; r++)
        UNROLLED for (int c = 0; c < columns; c++) sums[r][c] = (Vector){0.0} + (p->bias ? p->bias[row + r] : 0.0);
    for (int64_t j = 0; j < inner; j++) {
        Vector here[TILE_COLUMNS];
        UNROLLED for (int c = 0; c < columns; c++) here[c] = vector_at(x + j * x_stride + c * LANES);
        UNROLLED for (int r = 0; r < rows; r++) {
            const double weight = w[r * w_row + j * w_column];
            UNROLLED for (int c = 0; c < columns; c++) sums[r][c] += weight * here[c];
        }
    }
    UNROLLED for (int r = 0; r < rows; r++)
        UNROLLED for (int c = 0; c < columns; c++)
            store(p->z + (row + r) * p->z_stride + c * LANES, sums[r][c], c + 1 < columns ? LANES : p->last, p->first);
}

/* All rows of `columns` vectors. */
INLINE void strip(const Product *p, int64_t rows, const int columns) {
    const int tall = TILE_ROWS(columns);
    int64_t r = 0;
    for (; r + tall <= rows; r += tall) tile(p, r, tall, columns);
    if (tall > 4 && r + 4 <= rows) {
        tile(p, r, 4, columns);
        r += 4;
    }
    for (; r + 2 <= rows; r += 2) tile(p, r, 2, columns);
    if (r < rows) tile(p, r, 1, columns);
}

static void strips(Product p, int64_t rows, int64_t columns) {
    while (columns > 0) {
        const int64_t vectors = (columns + LANES - 1) / LANES;
        const int64_t wide = vectors < TILE_COLUMNS ? vectors : TILE_COLUMNS;
        p.last = columns < wide * LANES ? columns - (wide - 1) * LANES : LANES;
        switch (wide) {
            case 1: strip(&p, rows, 1); break;
            case 2: strip(&p, rows, 2); break;
#if TILE_COLUMNS > 2
            case 3: strip(&p, rows, 3); break;
            case 4: strip(&p, rows, 4); break;
#endif
        }
        columns -= wide * LANES;
        p.x += wide * LANES;
        p.z += wide * LANES;
    }
}

/* A large product strip by strip, each part of x copied to where its rows lie side by side. */
static void packed_product(Product p, int64_t rows, int64_t columns, double *scratch) {
    enum { WIDE = TILE_COLUMNS * LANES };
    const int64_t inner = p.inner, first = p.first;
    for (int64_t c = 0; c < columns; c += WIDE) {
        const int64_t here = columns - c < WIDE ? columns - c : WIDE;
        const int64_t padded = (here + LANES - 1) / LANES * LANES;
        for (int64_t j = 0; j < inner; j += INNER) {
            Product part = p;
            part.inner = inner - j < INNER ? inner - j : INNER;
            for (int64_t i = 0; i < part.inner; i++) memcpy(scratch + i * WIDE, p.x + (j + i) * p.x_stride + c, (size_t)padded * sizeof *scratch);
            part.x = scratch;
            part.x_stride = WIDE;
            part.w += j * p.w_column;
            part.z += c;
            part.first = first && j == 0;
            part.bias = j == 0 ? p.bias : NULL;
            strips(part, rows, here);
        }
    }
}

/* z = w x + bias, or with `first` 0, z += w x. z: rows x columns; w: rows x inner; x: inner x columns. */
static void product(double *z, int64_t z_stride, const double *w, int64_t w_row, int64_t w_column, const double *x, int64_t x_stride,
                    const double *bias, int64_t rows, int64_t inner, int64_t columns, int64_t first, double *scratch) {
    const Product p = {z, w, x, bias, z_stride, w_row, w_column, x_stride, inner, LANES, first};
    if (inner * columns < PACK_FROM || rows < 32) strips(p, rows, columns);
    else packed_product(p, rows, columns, scratch);
}

/* z[r][j] = Σ g[r] x[j] over the lanes in use, for a few rows of x. */
static void narrow_gradient(double *z, const double *g, int64_t g_stride, const double *x, int64_t x_stride, int64_t rows, int64_t inner,
                            int64_t lanes, int64_t first) {
    const int64_t whole = lanes / LANES * LANES;
    for (int64_t r = 0; r < rows; r++, g += g_stride) {
        for (int64_t j = 0; j < inner; j++) {
            const double *xj = x + j * x_stride;
            Vector sums = {0.0};
            int64_t l = 0;
            for (; l < whole; l += LANES) sums += vector_at(g + l) * vector_at(xj + l);
            double total = across(sums);
            for (; l < lanes; l++) total += g[l] * xj[l];
            z[r * inner + j] = first ? total : z[r * inner + j] + total;
        }
    }
}

#if defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector)
#define SHUFFLED(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#endif
#endif
#ifndef SHUFFLED
typedef int64_t Places __attribute__((vector_size(8 * LANES)));
#define SHUFFLED(a, b, ...) __builtin_shuffle(a, b, (Places){__VA_ARGS__})
#endif

/* Blocks off the diagonal, `half` wide, of all pairs of rows so far apart, change places. */
#define EXCHANGE(rows, half, upper, lower)               \
    UNROLLED for (int r = 0; r < LANES; r++) {           \
        if (r & (half)) continue;                        \
        const Vector a = rows[r], b = rows[r + (half)];  \
        rows[r] = SHUFFLED(a, b, upper);                 \
        rows[r + (half)] = SHUFFLED(a, b, lower);        \
    }
#define LIST(...) __VA_ARGS__

/* A square of LANES rows: in each round, the blocks are half as large as in the round before. */
INLINE void transpose_square(double *y, int64_t y_stride, const double *x, int64_t x_stride) {
    Vector rows[LANES];
    UNROLLED for (int r = 0; r < LANES; r++) rows[r] = vector_at(x + r * x_stride);
#if LANES == 8
    EXCHANGE(rows, 4, LIST(0, 1, 2, 3, 8, 9, 10, 11), LIST(4, 5, 6, 7, 12, 13, 14, 15))
    EXCHANGE(rows, 2, LIST(0, 1, 8, 9, 4, 5, 12, 13), LIST(2, 3, 10, 11, 6, 7, 14, 15))
    EXCHANGE(rows, 1, LIST(0, 8, 2, 10, 4, 12, 6, 14), LIST(1, 9, 3, 11, 5, 13, 7, 15))
#elif LANES == 4
    EXCHANGE(rows, 2, LIST(0, 1, 4, 5), LIST(2, 3, 6, 7))
    EXCHANGE(rows, 1, LIST(0, 4, 2, 6), LIST(1, 5, 3, 7))
#else
    EXCHANGE(rows, 1, LIST(0, 2), LIST(1, 3))
#endif
    UNROLLED for (int r = 0; r < LANES; r++) *(VectorInArray *)(y + r * y_stride) = rows[r];
}

/* y[l][j] = x[j][l], for j below rows and l below columns. */
static void transpose(double *y, int64_t y_stride, const double *x, int64_t x_stride, int64_t rows, int64_t columns) {
    int64_t j = 0;
    for (; j + LANES <= rows; j += LANES) {
        int64_t l = 0;
        for (; l + LANES <= columns; l += LANES) transpose_square(y + l * y_stride + j, y_stride, x + j * x_stride + l, x_stride);
        for (; l < columns; l++)
            for (int e = 0; e < LANES; e++) y[l * y_stride + j + e] = x[(j + e) * x_stride + l];
    }
    for (; j < rows; j++)
        for (int64_t l = 0; l < columns; l++) y[l * y_stride + j] = x[j * x_stride + l];
}
