/* Matrix products, by tiles that stay in registers. */

/* Rows of a tile so many vectors wide: enough sums to keep the multipliers busy, few enough to stay in registers. */
#define TILE_ROWS(columns) (TILE_SUMS / (columns) < 8 ? TILE_SUMS / (columns) : 8)

#define UNROLLED _Pragma("GCC unroll 8")

/* The first `count` numbers of a vector are stored; `add` to what stands there. */
INLINE void store(double *z, Vector v, int64_t count, const int add) {
    if (count < LANES)
        for (int64_t e = 0; e < count; e++) z[e] = add ? z[e] + v[e] : v[e];
    else if (add)
        *(VectorInArray *)z += v;
    else
        *(VectorInArray *)z = v;
}

/* One tile of `rows` rows and `columns` vectors; w is walked by its two strides; the last vector counts `last` numbers. */
INLINE void tile(double *z, int64_t z_stride, const double *w, int64_t w_row, int64_t w_column, const double *x, int64_t x_stride,
                 int64_t inner, int64_t last, const int rows, const int columns, const int add) {
    Vector sums[8][TILE_COLUMNS];
    UNROLLED for (int r = 0; r < rows; r++) UNROLLED for (int c = 0; c < columns; c++) sums[r][c] = (Vector){0.0};
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
            store(z + r * z_stride + c * LANES, sums[r][c], c + 1 < columns ? LANES : last, add);
}

/* All rows of `columns` vectors. */
INLINE void strip(double *z, int64_t z_stride, const double *w, int64_t w_row, int64_t w_column, const double *x, int64_t x_stride,
                  int64_t rows, int64_t inner, int64_t last, const int columns, const int add) {
    const int tall = TILE_ROWS(columns);
    int64_t r = 0;
    for (; r + tall <= rows; r += tall)
        tile(z + r * z_stride, z_stride, w + r * w_row, w_row, w_column, x, x_stride, inner, last, tall, columns, add);
    if (r + 4 <= rows) {
        tile(z + r * z_stride, z_stride, w + r * w_row, w_row, w_column, x, x_stride, inner, last, 4, columns, add);
        r += 4;
    }
    for (; r + 2 <= rows; r += 2) tile(z + r * z_stride, z_stride, w + r * w_row, w_row, w_column, x, x_stride, inner, last, 2, columns, add);
    if (r < rows) tile(z + r * z_stride, z_stride, w + r * w_row, w_row, w_column, x, x_stride, inner, last, 1, columns, add);
}

INLINE void strips(double *z, int64_t z_stride, const double *w, int64_t w_row, int64_t w_column, const double *x, int64_t x_stride,
                   int64_t rows, int64_t inner, int64_t columns, const int add) {
    int64_t c = 0;
    for (; c + TILE_COLUMNS * LANES <= columns; c += TILE_COLUMNS * LANES)
        strip(z + c, z_stride, w, w_row, w_column, x + c, x_stride, rows, inner, LANES, TILE_COLUMNS, add);
    for (; c + 2 * LANES <= columns; c += 2 * LANES) strip(z + c, z_stride, w, w_row, w_column, x + c, x_stride, rows, inner, LANES, 2, add);
    if (c + LANES <= columns) {
        strip(z + c, z_stride, w, w_row, w_column, x + c, x_stride, rows, inner, LANES, 1, add);
        c += LANES;
    }
    if (c < columns) strip(z + c, z_stride, w, w_row, w_column, x + c, x_stride, rows, inner, columns - c, 1, add);
}

/* z = w x. z: rows x columns; w: rows x inner, at strides of its own; x: inner x columns, padded to whole vectors. */
static void product(double *z, int64_t z_stride, const double *w, int64_t w_row, int64_t w_column, const double *x, int64_t x_stride,
                    int64_t rows, int64_t inner, int64_t columns) {
    strips(z, z_stride, w, w_row, w_column, x, x_stride, rows, inner, columns, 0);
}

/* z += w x. */
static void add_product(double *z, int64_t z_stride, const double *w, int64_t w_row, int64_t w_column, const double *x, int64_t x_stride,
                        int64_t rows, int64_t inner, int64_t columns) {
    strips(z, z_stride, w, w_row, w_column, x, x_stride, rows, inner, columns, 1);
}

/* y[l][j] = x[j][l], for j below rows and l below columns: a few rows at a time, so that both sides are touched in order. */
static void transpose(double *restrict y, int64_t y_stride, const double *restrict x, int64_t x_stride, int64_t rows, int64_t columns) {
    int64_t j = 0;
    for (; j + 4 <= rows; j += 4) {
        const double *a = x + j * x_stride, *b = a + x_stride, *c = b + x_stride, *d = c + x_stride;
        double *to = y + j;
        for (int64_t l = 0; l < columns; l++, to += y_stride) to[0] = a[l], to[1] = b[l], to[2] = c[l], to[3] = d[l];
    }
    for (; j < rows; j++)
        for (int64_t l = 0; l < columns; l++) y[l * y_stride + j] = x[j * x_stride + l];
}
