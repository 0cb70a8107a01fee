/* Loops over the lanes of a row. An input of stride 0 is one number for all lanes. */

typedef void Forward(double *restrict zs, const double *xs, const double *ys, int64_t n, int64_t x_stride, int64_t y_stride);
typedef void Pull(double *restrict adjoint, const double *gs, const double *zs, const double *xs, const double *ys, int64_t n,
                  int64_t x_stride, int64_t y_stride);
typedef void Fold(double *restrict z, const double *x, const double *y, int64_t members, int64_t lanes);
typedef void Shifted(double *restrict top, double *restrict rest, const double *x, int64_t members, int64_t stride, int64_t lanes);

/* A row of the table. `value` of one or two inputs, `fold` of many; `shifted` where adding to all inputs adds to the output. */
typedef struct {
    const char *name;
    Forward *value;
    Fold *fold;
    Shifted *shifted;
    Pull *pull[2];
} Operation;

/* A loop is written once and inlined for each way in which the inputs can move, so that each becomes vector code. */
#define BY_STRIDE_1(loop, ...) \
    if (x_stride) loop(__VA_ARGS__, 1, 0); \
    else loop(__VA_ARGS__, 0, 0)
#define BY_STRIDE_2(loop, ...) \
    if (x_stride && y_stride) loop(__VA_ARGS__, 1, 1); \
    else if (x_stride) loop(__VA_ARGS__, 1, 0); \
    else if (y_stride) loop(__VA_ARGS__, 0, 1); \
    else loop(__VA_ARGS__, 0, 0)

#define VALUES(function) function(double *restrict zs, const double *xs, const double *ys, int64_t n, int64_t x_stride, int64_t y_stride)
#define FORWARD_LOOP(inputs, name, value)                                  \
    INLINE void VALUES(loop_##name) {                                      \
        for (int64_t i = 0; i < n; i++) {                                  \
            const double x = xs[i * x_stride], y = ys[i * y_stride];       \
            (void)x, (void)y;                                              \
            zs[i] = value;                                                 \
        }                                                                  \
    }                                                                      \
    static void VALUES(row_##name) {                                       \
        (void)y_stride;                                                    \
        BY_STRIDE_##inputs(loop_##name, zs, xs, ys, n);                    \
    }
#define FORWARD_1(name, value) FORWARD_LOOP(1, name, value)
#define FORWARD_2(name, value) FORWARD_LOOP(2, name, value)

#define PULLS(function)                                                                                                        \
    function(double *restrict adjoint, const double *gs, const double *zs, const double *xs, const double *ys, int64_t n, \
             int64_t x_stride, int64_t y_stride)
#define PULL_LOOP(inputs, name, contribution)                                                            \
    INLINE void PULLS(loop_pull_##name) {                                                                \
        for (int64_t i = 0; i < n; i++) {                                                                \
            const double g = gs[i], z = zs[i], x = xs[i * x_stride], y = ys[i * y_stride];               \
            (void)g, (void)z, (void)x, (void)y;                                                          \
            adjoint[i] += contribution;                                                                  \
        }                                                                                                \
    }                                                                                                    \
    static void PULLS(pull_##name) {                                                                     \
        (void)y_stride;                                                                                  \
        BY_STRIDE_##inputs(loop_pull_##name, adjoint, gs, zs, xs, ys, n);                                \
    }
#define PULL_1(name, place, contribution) PULL_LOOP(1, name##_##place, contribution)
#define PULL_2(name, place, contribution) PULL_LOOP(2, name##_##place, contribution)
