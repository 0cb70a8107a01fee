/* Matrix products, by tiles that stay in registers. */

/* Rows of a tile so many vectors wide: enough sums to keep the multipliers busy, few enough to stay in registers. */
#define TILE_ROWS(columns) (TILE_SUMS / (columns) < 8 ? TILE_SUMS / (columns) : 8)

/* How much of the inner sum, and of the columns, is copied together before it is used for every row: what the nearest cache holds. */
enum { INNER = 256, PACK_FROM = 4096 };

/* What passes a relu at whose end `test` stands: its value, or the adjoint that it sends back. */
INLINE Vector passed(Vector v, Vector test) {
    return (Vector)((Whole)v & ~(Whole)(test <= 0.0));
}

/* z = w x + bias, where w is walked by two strides and x is padded to whole vectors; if not `first`, added to what stands there. What
   passes a relu behind z goes to `relu`, and then z may be NULL if it is `first`; `test` is that relu's result, if z is an adjoint of it. */
typedef struct {
    double *z, *relu;
    const double *w, *x, *bias, *test;
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
        UNROLLED for (int c = 0; c < columns; c++) {
            const int64_t place = (row + r) * p->z_stride + c * LANES;
            if (p->z) store(p->z + place, sums[r][c], c + 1 < columns ? LANES : p->last, p->first);
            if (p->relu) {
                const Vector v = p->first ? sums[r][c] : vector_at(p->z + place);
                *(VectorInArray *)(p->relu + place) = passed(v, p->test ? vector_at(p->test + place) : v);
            }
        }
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

/* The same for results some columns further on. */
INLINE Product moved(Product p, int64_t columns) {
    if (p.z) p.z += columns;
    if (p.relu) p.relu += columns;
    if (p.test) p.test += columns;
    return p;
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
        p = moved(p, wide * LANES);
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
            Product part = moved(p, c);
            part.inner = inner - j < INNER ? inner - j : INNER;
            for (int64_t i = 0; i < part.inner; i++) memcpy(scratch + i * WIDE, p.x + (j + i) * p.x_stride + c, (size_t)padded * sizeof *scratch);
            part.x = scratch;
            part.x_stride = WIDE;
            part.w += j * p.w_column;
            part.first = first && j == 0;
            part.bias = j == 0 ? p.bias : NULL;
            part.relu = j + INNER < inner ? NULL : part.relu;
            strips(part, rows, here);
        }
    }
}

/* z: rows x columns; w: rows x inner; x: inner x columns. */
static void product(const Product *p, int64_t rows, int64_t columns, double *scratch) {
    if (p->inner * columns < PACK_FROM || rows < 32) strips(*p, rows, columns);
    else packed_product(*p, rows, columns, scratch);
}
