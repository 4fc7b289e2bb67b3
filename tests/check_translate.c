/* check_translate.c: what the translator makes of short bodies, and its points. */
#include "config.h"

#include "code/code.h"
#include "code/trace_event.h"
#include "test_module.h"

#include <check.h>
#include <string.h>

static const uint8_t no_locals[] = {0};
static uint8_t bytes[1024];
static struct module *module;

static void load(const uint8_t *body, size_t length)
{
	struct report report;
	size_t size = test_module(bytes, no_locals, 1, body, length);

	report_init(&report);
	if (module_load(bytes, size, FEATURES_ALL, &module, &report) != ERR_NONE)
		ck_abort_msg("%s", report.text);
}

static void expect(const uint8_t *body, size_t length,
		   const struct code_options *options, const char *wanted)
{
	struct report report;
	struct code code;
	char text[2000];

	load(body, length);
	report_init(&report);
	ck_assert_int_eq(code_translate(module, 0, options, 0, &code, &report),
			 ERR_NONE);
	ir_dump(code.units, code.nunits, text, sizeof(text));
	ck_assert_str_eq(text, wanted);
	code_fini(&code);
	module_free(module);
}

START_TEST(test_folding)
{
	static const struct code_options plain = {0};
	static const struct {
		uint8_t body[24];
		size_t length;
		const char *wanted;
	} cases[] = {
		/* local.get 0; local.get 1; i32.add */
		{{0x20, 0, 0x20, 1, 0x6a, 0x0b}, 6,
		 "0: I32_ADD r2 r0 r1\n4: RETURN_ONE r2\n"},
		/* a constant on the left of a commutative operation */
		{{0x41, 5, 0x20, 0, 0x6a, 0x0b}, 6,
		 "0: I32_ADD_IMM r0 r0 #5\n5: RETURN\n"},
		/* a comparison with a constant on its left is turned round */
		{{0x41, 5, 0x20, 0, 0x48, 0x0b}, 6,
		 "0: I32_GT_S_IMM r2 r0 #5\n5: RETURN_ONE r2\n"},
		/* (local.set 0 (i32.sub (local.get 0) (i32.const 1))) */
		{{0x20, 0, 0x41, 1, 0x6b, 0x21, 0, 0x20, 0, 0x0b}, 10,
		 "0: I32_ADD_IMM r0 r0 #-1\n5: RETURN_ONE r0\n"},
		/* a local that is written while its old value waits */
		{{0x20, 0, 0x41, 1, 0x21, 0, 0x20, 0, 0x6a, 0x0b}, 10,
		 "0: COPY r2 r0\n3: CONST32 r0 #1\n7: I32_ADD r2 r2 r0\n"
		 "11: RETURN_ONE r2\n"},
		/* swap through the stack: get 0, get 1, set 0, set 1 */
		{{0x20, 0, 0x20, 1, 0x21, 0, 0x21, 1, 0x20, 0, 0x0b}, 11,
		 "0: COPY2 r2 r0 r0 r1\n5: COPY r1 r2\n"
		 "8: RETURN_ONE r0\n"},
		/* compare, eqz and branch become one operation */
		{{0x02, 0x40, 0x20, 0, 0x20, 1, 0x48, 0x45, 0x0d, 0, 0x0b, 0x41,
		  1, 0x0b},
		 14,
		 "0: BR_I32_GE_S r0 r1 @5\n5: CONST32 r0 #1\n9: RETURN\n"},
		/* a loop's branch polls */
		{{0x03, 0x40, 0x20, 0, 0x0d, 0, 0x0b, 0x20, 1, 0x0b}, 10,
		 "0: BR_NZ_BACK r0 @0\n4: RETURN_ONE r1\n"},
		/* a load at a known address, a store of a constant */
		{{0x41, 8, 0x28, 2, 4, 0x0b}, 6,
		 "0: I32_LOAD_AT r2 +12\n4: RETURN_ONE r2\n"},
		{{0x20, 0, 0x41, 0, 0x36, 2, 0, 0x20, 1, 0x0b}, 10,
		 "0: I32_STORE_IMM r0 +0 #0\n6: RETURN_ONE r1\n"},
		/* division by zero must stay a trap */
		{{0x20, 0, 0x41, 0, 0x6d, 0x0b}, 6,
		 "0: CONST32 r3 #0\n4: I32_DIV_S r2 r0 r3\n"
		 "8: RETURN_ONE r2\n"},
		/* operands are in their slots at calls */
		{{0x20, 0, 0x20, 0, 0x20, 1, 0x10, 0, 0x6a, 0x0b}, 10,
		 "0: COPY2 r2 r0 r3 r0\n5: COPY r4 r1\n8: CALL $0 r3\n"
		 "12: I32_ADD r2 r2 r3\n16: RETURN_ONE r2\n"},
		/* (i32.load offset=4 (i32.add (local.get 0) (i32.const 8))) */
		{{0x20, 0, 0x41, 8, 0x6a, 0x28, 2, 4, 0x0b}, 9,
		 "0: I32_LOAD_ADD r2 r0 #8 +4\n7: RETURN_ONE r2\n"},
		/* i32.store of local 1 at ((local.get 0) + 1) * 4 - 2 */
		{{0x20, 0, 0x41, 1, 0x6a, 0x41, 2, 0x74, 0x41, 2, 0x6b, 0x20, 1,
		  0x36, 2, 0, 0x20, 1, 0x0b},
		 19,
		 "0: I32_SHL_IMM r2 r0 #2\n5: I32_STORE_ADD r2 #2 +0 r1\n"
		 "12: RETURN_ONE r1\n"},
		/* an addition waits no longer than its local keeps its value */
		{{0x20, 0, 0x41, 8, 0x6a, 0x41, 1, 0x21, 0, 0x28, 2, 0, 0x0b}, 13,
		 "0: I32_ADD_IMM r2 r0 #8\n5: CONST32 r0 #1\n"
		 "9: I32_LOAD r2 r2 +0\n14: RETURN_ONE r2\n"},
		/* a loop that counts: tee, compare and branch are one */
		{{0x03, 0x40, 0x20, 0, 0x41, 1, 0x6a, 0x22, 0, 0x20, 1, 0x49,
		  0x0d, 0, 0x0b, 0x20, 1, 0x0b},
		 18,
		 "0: I32_ADD_IMM_BR_I32_LT_U_BACK r0 r0 #1 r1 @0\n"
		 "8: RETURN_ONE r1\n"},
		/* (i32.trunc_sat_f64_u (f64.add (d) (f64.mul (d) (d)))), d converted */
		{{0x20, 0, 0xb7, 0x20, 0, 0xb7, 0x20, 1, 0xb7, 0xa2, 0xa0, 0xfc,
		  3, 0x0b},
		 14,
		 "0: F64_CONVERT_I32_S r2 r0\n3: F64_CONVERT_I32_S r3 r0\n"
		 "6: F64_CONVERT_I32_S r4 r1\n9: F64_MUL_ADD r2 r3 r4 r2\n"
		 "14: I32_TRUNC_SAT_F64_U r2 r2\n17: RETURN_ONE r2\n"},
		/* (i32.trunc_sat_f32_u (f32.div (f32.const 1) (d))) */
		{{0x43, 0, 0, 0x80, 0x3f, 0x20, 0, 0xb2, 0x95, 0xfc, 1, 0x0b}, 12,
		 "0: F32_CONVERT_I32_S r3 r0\n"
		 "3: F32_DIV_IMM_FIRST r2 r3 #1065353216\n"
		 "8: I32_TRUNC_SAT_F32_U r2 r2\n11: RETURN_ONE r2\n"},
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		expect(cases[i].body, cases[i].length, &plain,
		       cases[i].wanted);
}
END_TEST

START_TEST(test_counting)
{
	static const struct code_options counting = {.count = true};
	/* (loop (br_if 0 (local.get 0))) local.get 1 */
	static const uint8_t body[] = {0x03, 0x40, 0x20, 0, 0x0d, 0,
				       0x0b, 0x20, 1, 0x0b};

	expect(body, sizeof(body), &counting,
	       "0: SAFEPOINT #0\n3: SAFEPOINT #2\n6: BR_NZ_BACK r0 @3\n"
	       "10: RETURN_ONE_CHARGED r1 #1\n");
}
END_TEST

START_TEST(test_probes)
{
	static const struct code_options stores = {.probes = TRACE_STORE};
	static const struct code_options none = {0};
	static const uint8_t body[] = {0x20, 0, 0x20, 1, 0x36, 2,
				       0,    0x20, 1, 0x0b};

	expect(body, sizeof(body), &stores,
	       "0: COPY2 r2 r0 r3 r1\n5: PROBE $52 2\n"
	       "9: I32_STORE r2 +0 r3\n14: RETURN_ONE r1\n");
	expect(body, sizeof(body), &none,
	       "0: I32_STORE r0 +0 r1\n5: RETURN_ONE r1\n");
}
END_TEST

START_TEST(test_points)
{
	static const struct code_options plain = {0};
	/* local.get 0; loop; (drop (call 0 (0) (1))); (br_if 0 (local.get 1));
	 * end */
	static const uint8_t body[] = {0x20, 0,	   0x03, 0x40, 0x41, 0,
				       0x41, 1,	   0x10, 0,    0x1a, 0x20,
				       1,    0x0d, 0,	 0x0b, 0x0b};
	struct report report;
	struct code_map map;
	uint32_t start;

	load(body, sizeof(body));
	start = (uint32_t)(module->funcs[0].body - bytes);
	report_init(&report);
	ck_assert_int_eq(code_map_build(module, 0, &plain, &map, &report),
			 ERR_NONE);
	ck_assert_uint_eq(map.npoints, 3);
	ck_assert_int_eq(map.points[0].kind, POINT_ENTRY);
	ck_assert_uint_eq(map.points[0].offset, start);
	ck_assert_int_eq(map.points[1].kind, POINT_LOOP);
	ck_assert_uint_eq(map.points[1].offset, start + 4);
	ck_assert_uint_eq(map.points[1].noperands, 1);
	ck_assert_int_eq(map.points[2].kind, POINT_CALL);
	ck_assert_uint_eq(map.points[2].offset, start + 10);
	ck_assert_uint_eq(map.points[2].noperands, 1);
	ck_assert(!map.points[2].is_import && !map.points[2].is_indirect);
	ck_assert_int_eq(map.types[map.points[2].types], TYPE_I32);
	code_map_fini(&map);
	module_free(module);
}
END_TEST

#define SUITE_NAME "translate"
#define TESTS                                                                  \
	TEST(test_folding)                                                     \
	TEST(test_counting) TEST(test_probes) TEST(test_points)
#include "check_main.h"
