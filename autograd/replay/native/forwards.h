/* The values of the operations that C has no operator for. Those used most have no branch, so that loops over them become
   vector code; none raises, and each answers as IEEE 754 does for infinities and nan. */

#define FORWARD static inline __attribute__((always_inline, unused)) double

/* 2 to the n, for a whole n from -1022 to 1023: the bits of the exponent, which the addition leaves lowest. */
FORWARD two_to(double n) {
    union { double d; uint64_t bits; } u = {n + (0x1.8p52 + 1023.0)};
    u.bits <<= 52;
    return u.d;
}

/* e^x = (1 + rest) · low · high, where x = n ln 2 + r and |r| is at most ln 2 / 2; rest = e^r - 1 by Taylor's series to r^13,
   below half a unit in the last place there; low · high = 2^n in halves, since 2^n alone leaves the range of floats before e^x does. */
typedef struct {
    double rest, low, high;
} Exponential;

static inline __attribute__((always_inline)) Exponential exponential(double x) {
    x = x > 710.0 ? 710.0 : x;
    x = x < -746.0 ? -746.0 : x;
    const double n = (x * 0x1.71547652b82fep0 + 0x1.8p52) - 0x1.8p52;
    const double r = (x - n * 0x1.62e42feep-1) - n * 0x1.a39ef35793c76p-33;
    double p = 1.0 / 6227020800.0;
    p = p * r + 1.0 / 479001600.0;
    p = p * r + 1.0 / 39916800.0;
    p = p * r + 1.0 / 3628800.0;
    p = p * r + 1.0 / 362880.0;
    p = p * r + 1.0 / 40320.0;
    p = p * r + 1.0 / 5040.0;
    p = p * r + 1.0 / 720.0;
    p = p * r + 1.0 / 120.0;
    p = p * r + 1.0 / 24.0;
    p = p * r + 1.0 / 6.0;
    p = p * r + 0.5;
    const double half = (0.5 * n + 0x1.8p52) - 0x1.8p52;
    return (Exponential){r + r * r * p, two_to(half), two_to(n - half)};
}

FORWARD forward_exp(double x) {
    const Exponential e = exponential(x);
    return (1.0 + e.rest) * e.low * e.high;
}

/* -u / (2 + u) with u = e^(-2|x|) - 1, which keeps its digits near 0. */
FORWARD forward_tanh(double x) {
    const Exponential e = exponential(-fabs(2.0 * x));
    const double scale = e.low * e.high, u = e.rest * scale + (scale - 1.0);
    return copysign(u / (2.0 + u), x);
}

FORWARD forward_sigmoid(double x) {
    const double e = forward_exp(-fabs(x));
    return (x >= 0.0 ? 1.0 : e) * (1.0 / (1.0 + e));
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
