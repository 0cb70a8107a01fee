/* The values of the operations that C has no operator for. Those used most have no branch, so that loops over them become
   vector code; none raises, and each answers as IEEE 754 does for infinities and nan. */

#define FORWARD static inline __attribute__((always_inline, unused)) double

/* 2 to the n + more, for whole numbers whose sum is from -1022 to 1023: the bits of the exponent, which the addition leaves lowest. */
FORWARD two_to(double n, const double more) {
    union { double d; uint64_t bits; } u = {n + (0x1.8p52 + 1023.0 + more)};
    u.bits <<= 52;
    return u.d;
}

/* e^x = (1 + rest) 2^n, where x = n ln 2 + r and |r| is at most ln 2 / 2; rest = e^r - 1 by Taylor's series to r^13, below half a unit
   in the last place there. Its terms are added in pairs, and pairs of those, so that few have to wait for one another. */
typedef struct {
    double rest, n;
} Exponential;

static inline __attribute__((always_inline)) Exponential exponential(double x) {
    const double n = (x * 0x1.71547652b82fep0 + 0x1.8p52) - 0x1.8p52;
    const double r = (x - n * 0x1.62e42feep-1) - n * 0x1.a39ef35793c76p-33;
    const double r2 = r * r, r4 = r2 * r2;
    const double a = (0.5 + r * (1.0 / 6.0)) + (1.0 / 24.0 + r * (1.0 / 120.0)) * r2;
    const double b = (1.0 / 720.0 + r * (1.0 / 5040.0)) + (1.0 / 40320.0 + r * (1.0 / 362880.0)) * r2;
    const double c = (1.0 / 3628800.0 + r * (1.0 / 39916800.0)) + (1.0 / 479001600.0 + r * (1.0 / 6227020800.0)) * r2;
    return (Exponential){r + r2 * (a + r4 * (b + r4 * c)), n};
}

/* 2^n in halves, since 2^n alone leaves the range of floats before e^x does. */
FORWARD forward_exp(double x) {
    x = x > exponents.most ? exponents.most : x;
    x = x < exponents.least ? exponents.least : x;
    const Exponential e = exponential(x);
    const double half = (0.5 * e.n + 0x1.8p52) - 0x1.8p52;
    return (1.0 + e.rest) * two_to(half, 0.0) * two_to(e.n - half, 0.0);
}

/* e = e^-|x|, less1 = e - 1 with its digits kept near 0, and part = 1 / (1 + e): what both tails of a sigmoid are made of. */
typedef struct {
    double e, less1, part;
} Tail;

static inline __attribute__((always_inline)) Tail tail(double x) {
    x = -fabs(x);
    x = x < exponents.least ? exponents.least : x;
    const Exponential t = exponential(x);
    const double scale = two_to(t.n, 64.0) * 0x1p-64, e = t.rest * scale + scale;
    return (Tail){e, t.rest * scale + (scale - 1.0), 1.0 / (1.0 + e)};
}

FORWARD forward_tanh(double x) {
    const Tail t = tail(2.0 * x);
    return copysign(t.less1 * t.part, x);
}

FORWARD forward_sigmoid(double x) {
    const Tail t = tail(x);
    return (x >= 0.0 ? 1.0 : t.e) * t.part;
}

FORWARD forward_softplus(double x) {
    return (x < 0.0 ? 0.0 : x) + log1p(forward_exp(-fabs(x)));
}

/* The exponents met most as products. */
FORWARD forward_pow(double x, double y) {
    return y == 2.0 ? x * x : y == 1.0 ? x : y == 3.0 ? x * x * x : y == -1.0 ? 1.0 / x : pow(x, y);
}

FORWARD forward_relu(double x) {
    return x <= 0.0 ? 0.0 : x;
}

FORWARD forward_leaky_relu(double x, double y) {
    return x > 0.0 ? x : x * y;
}

FORWARD forward_elu(double x, double y) {
    return x > 0.0 ? x : y * expm1(x);
}

FORWARD forward_selu(double x) {
    return SELU_SCALE * (x > 0.0 ? x : SELU_ALPHA * expm1(x));
}

FORWARD forward_sign(double x) {
    return (double)((x > 0.0) - (x < 0.0));
}

FORWARD forward_heaviside(double x, double y) {
    return x == 0.0 ? y : x != x ? x : (double)(x > 0.0);
}

FORWARD forward_equal(double x, double y) {
    return (double)(x == y);
}

FORWARD forward_maximum(double x, double y) {
    return (x != x) | (x >= y) ? x : y;
}

FORWARD forward_minimum(double x, double y) {
    return (x != x) | (x <= y) ? x : y;
}

FORWARD forward_abs(double x) { return fabs(x); }
FORWARD forward_log(double x) { return log(x); }
FORWARD forward_log1p(double x) { return log1p(x); }
FORWARD forward_expm1(double x) { return expm1(x); }
FORWARD forward_sqrt(double x) { return sqrt(x); }
FORWARD forward_sin(double x) { return sin(x); }
FORWARD forward_cos(double x) { return cos(x); }
FORWARD forward_tan(double x) { return tan(x); }
FORWARD forward_asin(double x) { return asin(x); }
FORWARD forward_acos(double x) { return acos(x); }
FORWARD forward_atan(double x) { return atan(x); }
FORWARD forward_sinh(double x) { return sinh(x); }
FORWARD forward_cosh(double x) { return cosh(x); }
FORWARD forward_erf(double x) { return erf(x); }
