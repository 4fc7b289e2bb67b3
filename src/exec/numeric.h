/* numeric.h: numeric operators that C does not have (core specification 4.3).
 *
 * Called by the expressions of code/numeric.def.  Results are exact to the bit,
 * NaN payloads within what the specification allows.
 */
#ifndef CHIWAWA_NUMERIC_H
#define CHIWAWA_NUMERIC_H

#include <stdint.h>
#include <string.h>

#define I32_SIGN 0x80000000u
#define I64_SIGN 0x8000000000000000u

static inline uint32_t f32_bits(float a)
{
	uint32_t bits;

	memcpy(&bits, &a, sizeof(bits));
	return bits;
}

static inline float f32_from_bits(uint32_t bits)
{
	float a;

	memcpy(&a, &bits, sizeof(a));
	return a;
}

static inline uint64_t f64_bits(double a)
{
	uint64_t bits;

	memcpy(&bits, &a, sizeof(bits));
	return bits;
}

static inline double f64_from_bits(uint64_t bits)
{
	double a;

	memcpy(&a, &bits, sizeof(a));
	return a;
}

static inline uint32_t i32_clz(uint32_t a)
{
	return a == 0 ? 32 : (uint32_t)__builtin_clz(a);
}

static inline uint32_t i32_ctz(uint32_t a)
{
	return a == 0 ? 32 : (uint32_t)__builtin_ctz(a);
}

static inline uint32_t i32_popcnt(uint32_t a)
{
	return (uint32_t)__builtin_popcount(a);
}

static inline uint64_t i64_clz(uint64_t a)
{
	return a == 0 ? 64 : (uint64_t)__builtin_clzll(a);
}

static inline uint64_t i64_ctz(uint64_t a)
{
	return a == 0 ? 64 : (uint64_t)__builtin_ctzll(a);
}

static inline uint64_t i64_popcnt(uint64_t a)
{
	return (uint64_t)__builtin_popcountll(a);
}

static inline uint32_t i32_rotl(uint32_t a, unsigned n)
{
	return a << (n & 31) | a >> (-n & 31);
}

static inline uint32_t i32_rotr(uint32_t a, unsigned n)
{
	return a >> (n & 31) | a << (-n & 31);
}

static inline uint64_t i64_rotl(uint64_t a, unsigned n)
{
	return a << (n & 63) | a >> (-n & 63);
}

static inline uint64_t i64_rotr(uint64_t a, unsigned n)
{
	return a >> (n & 63) | a << (-n & 63);
}

/* b is not 0; the lowest number by -1 has the remainder 0 and is undefined in C. */
static inline uint32_t i32_rem_s(uint32_t a, uint32_t b)
{
	return b == (uint32_t)-1 ? 0 : (uint32_t)((int32_t)a % (int32_t)b);
}

static inline uint64_t i64_rem_s(uint64_t a, uint64_t b)
{
	return b == (uint64_t)-1 ? 0 : (uint64_t)((int64_t)a % (int64_t)b);
}

/* One definition for both widths: F the C type, P the prefix, S the suffix of
 * the C functions, U the type and SIGN, QUIET the masks of its bits. */
#define FLOAT_OPERATORS(F, P, S, U, SIGN, QUIET)                               \
	static inline F P##_quiet(F a)                                         \
	{                                                                      \
		return P##_from_bits(P##_bits(a) | (QUIET));                   \
	}                                                                      \
	static inline F P##_abs(F a)                                           \
	{                                                                      \
		return P##_from_bits(P##_bits(a) & ~(U)(SIGN));                \
	}                                                                      \
	static inline F P##_neg(F a)                                           \
	{                                                                      \
		return P##_from_bits(P##_bits(a) ^ (SIGN));                    \
	}                                                                      \
	static inline F P##_copysign(F a, F b)                                 \
	{                                                                      \
		return P##_from_bits((P##_bits(a) & ~(U)(SIGN)) |              \
				     (P##_bits(b) & (SIGN)));                  \
	}                                                                      \
	static inline F P##_ceil(F a)                                          \
	{                                                                      \
		return a != a ? P##_quiet(a) : __builtin_ceil##S(a);           \
	}                                                                      \
	static inline F P##_floor(F a)                                         \
	{                                                                      \
		return a != a ? P##_quiet(a) : __builtin_floor##S(a);          \
	}                                                                      \
	static inline F P##_trunc(F a)                                         \
	{                                                                      \
		return a != a ? P##_quiet(a) : __builtin_trunc##S(a);          \
	}                                                                      \
	static inline F P##_nearest(F a)                                       \
	{                                                                      \
		return a != a ? P##_quiet(a) : __builtin_rint##S(a);           \
	}                                                                      \
	static inline F P##_sqrt(F a)                                          \
	{                                                                      \
		return __builtin_sqrt##S(a);                                   \
	}                                                                      \
	static inline F P##_min(F a, F b)                                      \
	{                                                                      \
		if (a < b)                                                     \
			return a;                                              \
		if (b < a)                                                     \
			return b;                                              \
		if (a == b) /* -0 is less than +0 */                           \
			return P##_from_bits(P##_bits(a) | P##_bits(b));       \
		return a + b; /* a NaN, made quiet */                          \
	}                                                                      \
	static inline F P##_max(F a, F b)                                      \
	{                                                                      \
		if (a > b)                                                     \
			return a;                                              \
		if (b > a)                                                     \
			return b;                                              \
		if (a == b)                                                    \
			return P##_from_bits(P##_bits(a) & P##_bits(b));       \
		return a + b;                                                  \
	}

FLOAT_OPERATORS(float, f32, f, uint32_t, 0x80000000u, 0x00400000u)
FLOAT_OPERATORS(double, f64, , uint64_t, 0x8000000000000000u,
		0x0008000000000000u)

/* Saturating conversions (4.3.4): LOW and HIGH bound what converts exactly. */
#define TRUNC_SAT(NAME, R, F, LOW, HIGH, CAST, MIN, MAX)                       \
	static inline R NAME(F a)                                              \
	{                                                                      \
		if (a != a)                                                    \
			return 0;                                              \
		if (a <= (LOW))                                                \
			return (R)(MIN);                                       \
		if (a >= (HIGH))                                               \
			return (R)(MAX);                                       \
		return (R)(CAST)a;                                             \
	}

TRUNC_SAT(i32_trunc_sat_f32_s, uint32_t, float, -0x1p31f, 0x1p31f, int32_t,
	  INT32_MIN, INT32_MAX)
TRUNC_SAT(i32_trunc_sat_f32_u, uint32_t, float, -1.0f, 0x1p32f, uint32_t, 0,
	  UINT32_MAX)
TRUNC_SAT(i32_trunc_sat_f64_s, uint32_t, double, -0x1p31, 0x1p31, int32_t,
	  INT32_MIN, INT32_MAX)
TRUNC_SAT(i32_trunc_sat_f64_u, uint32_t, double, -1.0, 0x1p32, uint32_t, 0,
	  UINT32_MAX)
TRUNC_SAT(i64_trunc_sat_f32_s, uint64_t, float, -0x1p63f, 0x1p63f, int64_t,
	  INT64_MIN, INT64_MAX)
TRUNC_SAT(i64_trunc_sat_f32_u, uint64_t, float, -1.0f, 0x1p64f, uint64_t, 0,
	  UINT64_MAX)
TRUNC_SAT(i64_trunc_sat_f64_s, uint64_t, double, -0x1p63, 0x1p63, int64_t,
	  INT64_MIN, INT64_MAX)
TRUNC_SAT(i64_trunc_sat_f64_u, uint64_t, double, -1.0, 0x1p64, uint64_t, 0,
	  UINT64_MAX)

#endif
