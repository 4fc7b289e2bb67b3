/* check_module.c: hostile modules: cut, changed, and out of memory at any point. */
#include "config.h"

#include "module/module.h"

#include "base/alloc.h"
#include "code/code.h"
#include "module/names.h"
#include "test_module.h"

#include <check.h>
#include <string.h>

/* local.get 0; if (result i32) local.get 1; else i32.const 7; end; global.get 0;
 * i32.add; i32.load offset=4; end */
static const uint8_t body[] = {0x20, 0, 0x04, 0x7f, 0x20, 1, 0x05, 0x41,
			       7,    0x0b, 0x23, 0, 0x6a, 0x28, 2, 4, 0x0b};
static const uint8_t locals[] = {1, 2, 0x7e};

static size_t make(uint8_t *bytes)
{
	return test_module(bytes, locals, sizeof(locals), body, sizeof(body));
}

/* Loads and, when that works, translates: must never crash (ASan watches). */
static enum error try_module(const uint8_t *bytes, size_t size)
{
	struct code_options options = {0};
	struct module *module;
	struct report report;
	enum error err;

	report_init(&report);
	err = module_load(bytes, size, FEATURES_ALL, &module, &report);
	if (err == ERR_NONE) {
		struct code code;

		if (module->nfuncs > module->nimported_funcs &&
		    code_translate(module, module->nimported_funcs, &options, 0,
				   &code, &report) == ERR_NONE)
			code_fini(&code);
	} else {
		ck_assert_str_ne(report.text, "");
	}
	module_free(module);
	return err;
}

START_TEST(test_loads)
{
	uint8_t bytes[1024];
	size_t size = make(bytes);
	struct module *module;
	struct report report;
	char name[16];
	uint8_t types[4];

	report_init(&report);
	ck_assert_int_eq(module_load(bytes, size, FEATURES_ALL, &module, &report), ERR_NONE);
	ck_assert_uint_eq(module->nfuncs, 1);
	ck_assert_uint_eq(module->funcs[0].nlocals, 4);
	ck_assert_uint_eq(module->funcs[0].max_height, 2);
	module_local_types(module, &module->funcs[0], types);
	ck_assert_int_eq(types[0], TYPE_I32);
	ck_assert_int_eq(types[3], TYPE_I64);
	ck_assert_ptr_nonnull(module_find_export(module, "f", 1));
	ck_assert_ptr_null(module_find_export(module, "g", 1));
	module_func_name(module, 0, name, sizeof(name));
	ck_assert_str_eq(name, "f");
	module_free(module);
}
END_TEST

START_TEST(test_truncation_at_every_byte)
{
	uint8_t bytes[1024];
	size_t size = make(bytes), cut;

	for (cut = 0; cut < size; cut++) {
		/* A copy of just that size, so that ASan sees every overread. */
		uint8_t *copy = alloc_array(cut, 1);
		enum error err;

		memcpy(copy, bytes, cut);
		err = try_module(copy, cut);
		alloc_free(copy);
		/* Only whole sections may be missing and leave a module: those
		 * before the function section declares a body. */
		if (err == ERR_NONE)
			ck_assert_uint_le(cut, 17);
	}
}
END_TEST

START_TEST(test_every_byte_changed)
{
	uint8_t bytes[1024];
	size_t size = make(bytes), at;
	unsigned value;

	for (at = 0; at < size; at++) {
		uint8_t old = bytes[at];

		for (value = 0; value < 256; value++) {
			bytes[at] = (uint8_t)value;
			(void)try_module(bytes, size);
		}
		bytes[at] = old;
	}
	ck_assert_int_eq(try_module(bytes, size), ERR_NONE);
}
END_TEST

START_TEST(test_allocation_failures)
{
	uint8_t bytes[1024];
	size_t size = make(bytes);
	unsigned long n;

	for (n = 1; n < 1000; n++) {
		struct module *module;
		struct report report;
		enum error err;

		report_init(&report);
		alloc_fail_after(n);
		err = module_load(bytes, size, FEATURES_ALL, &module, &report);
		alloc_fail_after(0);
		module_free(module);
		if (err == ERR_NONE)
			break;
		ck_assert_int_eq(err, ERR_NO_MEMORY);
	}
	ck_assert_uint_gt(n, 5);
	ck_assert_uint_lt(n, 1000);
}
END_TEST

START_TEST(test_invalid_bodies)
{
	static const struct {
		uint8_t body[8];
		size_t length;
		enum error err;
	} cases[] = {
		{{0x20, 0, 0x0b}, 3, ERR_NONE},
		{{0x0b}, 1, ERR_INVALID},		 /* no result */
		{{0x20, 9, 0x0b}, 3, ERR_INVALID},	 /* unknown local */
		{{0x42, 0, 0x0b}, 3, ERR_INVALID},	 /* i64 result */
		{{0x20, 0, 0x28, 3, 0, 0x0b}, 6, ERR_INVALID}, /* alignment */
		{{0x20, 0, 0x0c, 9, 0x0b}, 5, ERR_INVALID}, /* unknown label */
		{{0x10, 7, 0x0b}, 3, ERR_INVALID},	 /* unknown function */
		{{0xff, 0x0b}, 2, ERR_MALFORMED},	 /* illegal opcode */
		{{0x20, 0}, 2, ERR_MALFORMED},		 /* no end */
		{{0xfd, 0x0c, 0x0b}, 3, ERR_UNSUPPORTED}, /* SIMD */
		{{0x00, 0x6a, 0x0b}, 3, ERR_NONE},	 /* unreachable */
	};
	static const uint8_t no_locals[] = {0};
	uint8_t bytes[1024];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		size_t size = test_module(bytes, no_locals, 1, cases[i].body,
					  cases[i].length);

		ck_assert_int_eq(try_module(bytes, size), cases[i].err);
	}
}
END_TEST

#define SUITE_NAME "module"
#define TESTS                                                                  \
	TEST(test_loads)                                                       \
	TEST(test_truncation_at_every_byte)                                    \
	TEST(test_every_byte_changed)                                          \
	TEST(test_allocation_failures) TEST(test_invalid_bodies)
#include "check_main.h"
