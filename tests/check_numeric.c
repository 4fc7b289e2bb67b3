/* check_numeric.c: the corners of the numeric operators. */
#include "config.h"

#include "exec/numeric.h"

#include <check.h>
#include <math.h>

START_TEST(test_integers)
{
	ck_assert_uint_eq(i32_clz(0), 32);
	ck_assert_uint_eq(i32_ctz(0), 32);
	ck_assert_uint_eq(i64_clz(1), 63);
	ck_assert_uint_eq(i64_ctz(0), 64);
	ck_assert_uint_eq(i64_popcnt(UINT64_MAX), 64);
	ck_assert_uint_eq(i32_rotl(0x80000001u, 33), 3);
	ck_assert_uint_eq(i32_rotr(1, 1), 0x80000000u);
	ck_assert_uint_eq(i64_rotl(1, 64), 1);
	ck_assert_uint_eq(i32_rem_s(I32_SIGN, (uint32_t)-1), 0);
	ck_assert_uint_eq(i64_rem_s(I64_SIGN, (uint64_t)-1), 0);
	ck_assert_uint_eq(i32_rem_s((uint32_t)-7, 3), (uint32_t)-1);
}
END_TEST

START_TEST(test_zeros_and_nans)
{
	float signalling = f32_from_bits(0x7fa00001);

	ck_assert_uint_eq(f32_bits(f32_min(0.0f, -0.0f)), 0x80000000u);
	ck_assert_uint_eq(f32_bits(f32_max(-0.0f, 0.0f)), 0);
	ck_assert_uint_eq(f64_bits(f64_min(-0.0, 0.0)), I64_SIGN);
	ck_assert(isnan(f32_min(NAN, 1.0f)));
	ck_assert(isnan(f64_max(1.0, NAN)));
	ck_assert_uint_eq(f32_bits(f32_ceil(signalling)), 0x7fe00001);
	ck_assert_uint_eq(f32_bits(f32_abs(f32_from_bits(0xffa00001))),
			  0x7fa00001);
	ck_assert_uint_eq(f32_bits(f32_neg(signalling)), 0xffa00001);
	ck_assert_uint_eq(f64_bits(f64_copysign(1.0, -0.0)),
			  0xbff0000000000000u);
}
END_TEST

START_TEST(test_nearest)
{
	ck_assert(f64_nearest(0.5) == 0.0);
	ck_assert(f64_nearest(1.5) == 2.0);
	ck_assert(f64_nearest(2.5) == 2.0);
	ck_assert(f64_nearest(-3.5) == -4.0);
	ck_assert_uint_eq(f64_bits(f64_nearest(-0.25)), I64_SIGN);
	ck_assert_uint_eq(f32_bits(f32_trunc(-0.5f)), 0x80000000u);
}
END_TEST

START_TEST(test_saturation)
{
	ck_assert_uint_eq(i32_trunc_sat_f32_s(NAN), 0);
	ck_assert_uint_eq(i32_trunc_sat_f32_s(3e9f), INT32_MAX);
	ck_assert_uint_eq(i32_trunc_sat_f64_s(-3e9), (uint32_t)INT32_MIN);
	ck_assert_uint_eq(i32_trunc_sat_f64_u(-0.9), 0);
	ck_assert_uint_eq(i32_trunc_sat_f64_u(4294967295.9), UINT32_MAX);
	ck_assert_uint_eq(i64_trunc_sat_f64_u(1e30), UINT64_MAX);
	ck_assert_uint_eq(i64_trunc_sat_f32_s(-1e30f), (uint64_t)INT64_MIN);
}
END_TEST

#define SUITE_NAME "numeric"
#define TESTS                                                                  \
	TEST(test_integers)                                                    \
	TEST(test_zeros_and_nans) TEST(test_nearest) TEST(test_saturation)
#include "check_main.h"
