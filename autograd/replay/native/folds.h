/* Operations on many inputs: `members` rows become one. A row of one lane is a plain sequence of numbers. */

static void fold_sum(double *restrict z, const double *x, const double *y, int64_t members, int64_t lanes) {
    (void)y;
    if (lanes == 1) {
        *z = sum_of(x, members);
        return;
    }
    memcpy(z, x, (size_t)lanes * sizeof *z);
    for (int64_t j = 1; j < members; j++)
        for (int64_t l = 0; l < lanes; l++) z[l] += x[j * lanes + l];
}

static void fold_dot(double *restrict z, const double *x, const double *y, int64_t members, int64_t lanes) {
    for (int64_t l = 0; l < lanes; l++) z[l] = x[l] * y[l];
    for (int64_t j = 1; j < members; j++)
        for (int64_t l = 0; l < lanes; l++) z[l] += x[j * lanes + l] * y[j * lanes + l];
}

/* The largest member, or 0 where that is not finite. */
static void greatest(double *restrict top, const double *x, int64_t members, int64_t stride, int64_t lanes) {
    memcpy(top, x, (size_t)lanes * sizeof *top);
    for (int64_t j = 1; j < members; j++)
        for (int64_t l = 0; l < lanes; l++) top[l] = forward_maximum(top[l], x[j * stride + l]);
    for (int64_t l = 0; l < lanes; l++) top[l] = fabs(top[l]) < INFINITY ? top[l] : 0.0;
}

/* The same, and the operation on what is left when it has been taken away. */
static void shifted_logsumexp(double *restrict top, double *restrict rest, const double *x, int64_t members, int64_t stride, int64_t lanes) {
    greatest(top, x, members, stride, lanes);
    for (int64_t l = 0; l < lanes; l++) rest[l] = 0.0;
    for (int64_t j = 0; j < members; j++)
        for (int64_t l = 0; l < lanes; l++) rest[l] += forward_exp(x[j * stride + l] - top[l]);
    for (int64_t l = 0; l < lanes; l++) rest[l] = forward_log(rest[l]);
}

static void fold_logsumexp(double *restrict z, const double *x, const double *y, int64_t members, int64_t lanes) {
    double top[BLOCK], rest[BLOCK];
    (void)y;
    for (int64_t start = 0; start < lanes; start += BLOCK) {
        const int64_t n = lanes - start < BLOCK ? lanes - start : BLOCK;
        shifted_logsumexp(top, rest, x + start, members, lanes, n);
        for (int64_t l = 0; l < n; l++) z[start + l] = rest[l] + top[l];
    }
}

/* With it, a row for each member: the member's partial, e^(x - z). */
static void both_logsumexp(double *restrict z, double *restrict partials, const double *x, int64_t members, int64_t lanes) {
    double top[BLOCK], total[BLOCK];
    for (int64_t start = 0; start < lanes; start += BLOCK) {
        const int64_t n = lanes - start < BLOCK ? lanes - start : BLOCK;
        double *partial = partials + start;
        greatest(top, x + start, members, lanes, n);
        for (int64_t l = 0; l < n; l++) total[l] = 0.0;
        for (int64_t j = 0; j < members; j++)
            for (int64_t l = 0; l < n; l++) total[l] += partial[j * lanes + l] = forward_exp(x[start + j * lanes + l] - top[l]);
        for (int64_t l = 0; l < n; l++) {
            z[start + l] = forward_log(total[l]) + top[l];
            total[l] = 1.0 / total[l];
        }
        for (int64_t j = 0; j < members; j++)
            for (int64_t l = 0; l < n; l++) partial[j * lanes + l] *= total[l];
    }
}
