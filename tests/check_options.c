/* check_options.c: the command line, and choices of plugins. */
#include "config.h"

#include "cli/options.h"
#include "cli/values.h"
#include "plugin/registry.h"
#include "plugin/trace.h"

#include "base/alloc.h"

#include <check.h>
#include <string.h>

static struct report report;

static enum error parse(struct options *options, char **words)
{
	int count = 0;

	while (words[count] != NULL)
		count++;
	report_init(&report);
	return options_parse(options, count, words, &report);
}

START_TEST(test_words)
{
	char *words[] = {"chiwawa", "--invoke=f", "guest.wasm", "--params",
			 "1",	    "--params",	  "2",		"--cr",
			 "--",	    "--invoke",	  NULL};
	struct options options;

	ck_assert_int_eq(parse(&options, words), ERR_NONE);
	ck_assert_uint_eq(options.noperands, 1);
	ck_assert_str_eq(options.operands[0], "guest.wasm");
	ck_assert_str_eq(options_value(&options, OPTION_INVOKE), "f");
	ck_assert_uint_eq(options.given[OPTION_PARAMS].count, 2);
	ck_assert_str_eq(options_value(&options, OPTION_PARAMS), "2");
	ck_assert(options_has(&options, OPTION_CR));
	ck_assert_uint_eq(options.nguest_arguments, 1);
	options_fini(&options);
}
END_TEST

START_TEST(test_wrong_words)
{
	static const struct {
		char *words[4];
		const char *text;
	} cases[] = {
		{{"c", "--nonsense", NULL},
		 "unknown option \"--nonsense\" (see --help)"},
		{{"c", "--restore", NULL}, "--restore needs an argument: FILE"},
		{{"c", "--cr=1", NULL}, "--cr takes no argument"},
	};
	struct options options;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		ck_assert_int_eq(parse(&options,
				       (char **)(uintptr_t)cases[i].words),
				 ERR_USAGE);
		ck_assert_str_eq(report.text, cases[i].text);
		options_fini(&options);
	}
}
END_TEST

START_TEST(test_values)
{
	static const uint8_t types[] = {TYPE_I32, TYPE_I64, TYPE_F32, TYPE_F64};
	struct func_type type = {types, 4, 0};
	static const struct {
		const char *list;
		enum error err;
	} cases[] = {
		{"I32(1),I64(2),F32(0.5),F64(-1)", ERR_NONE},
		{"-1 0x10 nan inf", ERR_NONE},
		{"4294967295,-9223372036854775808,1,1", ERR_NONE},
		{"4294967296,1,1,1", ERR_USAGE},
		{"1,2,3", ERR_USAGE},
		{"1,2,3,4,5", ERR_USAGE},
		{"I64(1),2,3,4", ERR_USAGE},
		{"1x,2,3,4", ERR_USAGE},
		{"I32(),2,3,4", ERR_USAGE},
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		uint64_t *slots = NULL;

		report_init(&report);
		ck_assert_int_eq(values_parse(&cases[i].list, 1, &type, &slots,
					      &report),
				 cases[i].err);
		if (i == 1) {
			ck_assert_uint_eq(slots[0], UINT32_MAX);
			ck_assert_uint_eq(slots[1], 16);
			ck_assert_uint_eq(slots[2], 0x7fc00000);
		}
		alloc_free(slots);
	}
}
END_TEST

START_TEST(test_plugin_choice)
{
	static const struct plugin_option known[] = {
		{"path", ""}, {"interval", ""}, {NULL, NULL}};
	struct plugin_choice choice;
	uint64_t number;

	report_init(&report);
	ck_assert_int_eq(plugin_choice_parse(&choice, "file:a:b,interval=7",
					     &report),
			 ERR_NONE);
	ck_assert_str_eq(choice.name, "file");
	ck_assert_str_eq(plugin_choice_get(&choice, "path", true), "a:b");
	ck_assert_int_eq(plugin_choice_check(&choice, known, &report),
			 ERR_NONE);
	ck_assert_int_eq(plugin_choice_number(&choice, "interval", false, 10,
					      1, &number, &report),
			 ERR_NONE);
	ck_assert_uint_eq(number, 7);
	ck_assert_int_eq(plugin_choice_number(&choice, "interval", false, 6, 1,
					      &number, &report),
			 ERR_USAGE);
	plugin_choice_fini(&choice);
	report_init(&report);
	ck_assert_int_eq(plugin_choice_parse(&choice, "file:p,colour=1",
					     &report),
			 ERR_NONE);
	ck_assert_int_eq(plugin_choice_check(&choice, known, &report),
			 ERR_USAGE);
	ck_assert_str_eq(report.text, "file: unknown option \"colour\" (has: "
				      "path, interval)");
	plugin_choice_fini(&choice);
}
END_TEST

START_TEST(test_unknown_names)
{
	uint32_t set;

	report_init(&report);
	ck_assert_ptr_null(format_find("nonsense", &report));
	ck_assert_int_eq(strncmp(report.text,
				 "unknown format \"nonsense\" (have: raw",
				 strlen("unknown format \"nonsense\" (have: raw")),
			 0);
	report_init(&report);
	ck_assert_int_eq(trace_parse_events("load,nonsense", &set, &report),
			 ERR_USAGE);
	ck_assert_str_eq(report.text,
			 "unknown trace event \"nonsense\" (have: all, load, "
			 "store, call, return, branch, loop, global, table, "
			 "grow, other, after)");
	report_init(&report);
	ck_assert_int_eq(trace_parse_events("load,call", &set, &report),
			 ERR_NONE);
	ck_assert_uint_eq(set, TRACE_LOAD | TRACE_CALL);
}
END_TEST

#define SUITE_NAME "options"
#define TESTS                                                                  \
	TEST(test_words)                                                       \
	TEST(test_wrong_words)                                                 \
	TEST(test_values) TEST(test_plugin_choice) TEST(test_unknown_names)
#include "check_main.h"
