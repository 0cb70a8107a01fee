/* Loops over the lanes of a row. An input of step 0 is one number for all lanes. What is written may be what is read, lane by lane. */

typedef void Value(double *zs, const double *xs, const double *ys, int64_t n, int64_t x_step, int64_t y_step);
typedef void ValueAndPartial(double *zs, double *partials, const double *xs, int64_t n);
typedef void Pull(double *adjoint, const double *gs, const double *zs, const double *xs, const double *ys, int64_t n, int64_t x_step,
                  int64_t y_step, int64_t first);
typedef void Fold(double *restrict z, const double *x, const double *y, int64_t members, int64_t lanes);
typedef void FoldAndPartials(double *restrict z, double *restrict partials, const double *x, int64_t members, int64_t lanes);
typedef void Shifted(double *restrict top, double *restrict rest, const double *x, int64_t members, int64_t stride, int64_t lanes);

/* A row of the table. `value` of one or two inputs, `fold` of many; `shifted` where adding to all inputs adds to the output;
   `both` and `fold_and_partials` where partials are dear, and cheaper along with the value; `passes` where the adjoint goes on as it is. */
typedef struct {
    const char *name;
    Value *value;
    ValueAndPartial *both;
    Fold *fold;
    FoldAndPartials *fold_and_partials;
    Shifted *shifted;
    Pull *pull[2];
    int passes[2];
} Operation;

#if defined(__clang__)
#define LANE_BY_LANE _Pragma("clang loop vectorize(assume_safety)")
#else
#define LANE_BY_LANE _Pragma("GCC ivdep")
#endif

/* A loop is written once and inlined for each way in which the inputs can move, so that each becomes vector code. */
#define BY_STEP_1(loop, ...) loop(__VA_ARGS__, 1, 0)
#define BY_STEP_2(loop, ...) \
    if (x_step && y_step) loop(__VA_ARGS__, 1, 1); \
    else if (x_step) loop(__VA_ARGS__, 1, 0); \
    else loop(__VA_ARGS__, 0, 1)

#define VALUES(function) function(double *zs, const double *xs, const double *ys, int64_t n, int64_t x_step, int64_t y_step)
#define VALUE_LOOP(inputs, name, value)                                    \
    INLINE void VALUES(loop_##name) {                                      \
        LANE_BY_LANE for (int64_t i = 0; i < n; i++) {                     \
            const double x = xs[i * x_step], y = ys[i * y_step];           \
            (void)x, (void)y;                                              \
            zs[i] = value;                                                 \
        }                                                                  \
    }                                                                      \
    static void VALUES(value_##name) {                                     \
        (void)x_step, (void)y_step;                                        \
        BY_STEP_##inputs(loop_##name, zs, xs, ys, n);                      \
    }
#define VALUE_1(name, value) VALUE_LOOP(1, name, value)
#define VALUE_2(name, value) VALUE_LOOP(2, name, value)

#define VALUE_AND_PARTIAL(name, value, partial)                                           \
    static void both_##name(double *zs, double *partials, const double *xs, int64_t n) {  \
        LANE_BY_LANE for (int64_t i = 0; i < n; i++) {                                    \
            const double x = xs[i], z = value;                                            \
            zs[i] = z;                                                                    \
            partials[i] = partial;                                                        \
        }                                                                                 \
    }

#define PULLS(function, ...)                                                                                                     \
    function(double *adjoint, const double *gs, const double *zs, const double *xs, const double *ys, int64_t n, __VA_ARGS__)
#define PULL_LOOP(inputs, name, contribution)                                                            \
    INLINE void PULLS(loop_pull_##name, int64_t first, int64_t x_step, int64_t y_step) {                 \
        LANE_BY_LANE for (int64_t i = 0; i < n; i++) {                                                   \
            const double g = gs[i], z = zs[i], x = xs[i * x_step], y = ys[i * y_step];                   \
            (void)g, (void)z, (void)x, (void)y;                                                          \
            adjoint[i] = first ? contribution : adjoint[i] + contribution;                               \
        }                                                                                                \
    }                                                                                                    \
    static void PULLS(pull_##name, int64_t x_step, int64_t y_step, int64_t first) {                      \
        (void)x_step, (void)y_step;                                                                      \
        if (first) {                                                                                     \
            BY_STEP_##inputs(loop_pull_##name, adjoint, gs, zs, xs, ys, n, 1);                           \
        } else {                                                                                         \
            BY_STEP_##inputs(loop_pull_##name, adjoint, gs, zs, xs, ys, n, 0);                           \
        }                                                                                                \
    }
#define PULL_1(name, place, contribution) PULL_LOOP(1, name##_##place, contribution)
#define PULL_2(name, place, contribution) PULL_LOOP(2, name##_##place, contribution)
