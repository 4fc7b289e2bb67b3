/* check_reader.c: LEB128 numbers, names and counts of the binary format. */
#include "config.h"

#include "module/reader.h"

#include <check.h>
#include <string.h>

static struct report report;

static struct reader reader_of(const uint8_t *bytes, size_t length)
{
	report_init(&report);
	return (struct reader){.base = bytes,
			       .p = bytes,
			       .end = bytes + length,
			       .report = &report};
}

START_TEST(test_unsigned)
{
	static const struct {
		uint8_t bytes[6];
		size_t length;
		enum error err;
		uint32_t value;
		const char *text;
	} cases[] = {
		{{0x00}, 1, ERR_NONE, 0, ""},
		{{0x7f}, 1, ERR_NONE, 127, ""},
		{{0x80, 0x01}, 2, ERR_NONE, 128, ""},
		{{0xe5, 0x8e, 0x26}, 3, ERR_NONE, 624485, ""},
		{{0x80, 0x00}, 2, ERR_NONE, 0, ""},
		{{0xff, 0xff, 0xff, 0xff, 0x0f}, 5, ERR_NONE, UINT32_MAX, ""},
		{{0xff, 0xff, 0xff, 0xff, 0x1f}, 5, ERR_MALFORMED, 0,
		 "offset 0x0: integer too large"},
		{{0x80, 0x80, 0x80, 0x80, 0x80, 0}, 6, ERR_MALFORMED, 0,
		 "offset 0x0: integer representation too long"},
		{{0x80}, 1, ERR_MALFORMED, 0, "offset 0x0: unexpected end"},
		{{0}, 0, ERR_MALFORMED, 0, "offset 0x0: unexpected end"},
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct reader reader =
			reader_of(cases[i].bytes, cases[i].length);
		uint32_t value = 0;

		ck_assert_int_eq(read_u32(&reader, &value), cases[i].err);
		ck_assert_uint_eq(value, cases[i].value);
		ck_assert_str_eq(report.text, cases[i].text);
		if (cases[i].err == ERR_NONE)
			ck_assert_ptr_eq(reader.p, reader.end);
		else
			ck_assert_ptr_eq(reader.p, reader.base);
	}
}
END_TEST

START_TEST(test_signed)
{
	static const struct {
		uint8_t bytes[10];
		size_t length;
		enum error err;
		int64_t value;
	} cases[] = {
		{{0x7f}, 1, ERR_NONE, -1},
		{{0x40}, 1, ERR_NONE, -64},
		{{0xbf, 0x7f}, 2, ERR_NONE, -65},
		{{0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 2, ERR_NONE, 127},
		{{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f},
		 10, ERR_NONE, INT64_MIN},
		{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00},
		 10, ERR_NONE, INT64_MAX},
		{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01},
		 10, ERR_MALFORMED, 0},
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct reader reader =
			reader_of(cases[i].bytes, cases[i].length);
		int64_t value = 0;

		ck_assert_int_eq(read_s64(&reader, &value), cases[i].err);
		ck_assert_int_eq(value, cases[i].value);
	}
}
END_TEST

START_TEST(test_name)
{
	static const uint8_t good[] = {3, 'a', 0xc3, 0xa9};
	static const uint8_t bad[] = {2, 'a', 0xc3};
	static const uint8_t cut[] = {4, 'a', 'b'};
	struct reader reader = reader_of(good, sizeof(good));
	struct name name;

	ck_assert_int_eq(read_name(&reader, &name), ERR_NONE);
	ck_assert(name_equal(&name, "a\xc3\xa9"));
	ck_assert(!name_equal(&name, "a"));
	reader = reader_of(bad, sizeof(bad));
	ck_assert_int_eq(read_name(&reader, &name), ERR_MALFORMED);
	ck_assert_str_eq(report.text, "offset 0x0: malformed UTF-8 encoding");
	reader = reader_of(cut, sizeof(cut));
	ck_assert_int_eq(read_name(&reader, &name), ERR_MALFORMED);
}
END_TEST

START_TEST(test_count_is_bounded)
{
	static const uint8_t huge[] = {0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2};
	struct reader reader = reader_of(huge, sizeof(huge));
	uint32_t count;

	ck_assert_int_eq(read_count(&reader, &count), ERR_MALFORMED);
}
END_TEST

#define SUITE_NAME "reader"
#define TESTS                                                                  \
	TEST(test_unsigned)                                                    \
	TEST(test_signed) TEST(test_name) TEST(test_count_is_bounded)
#include "check_main.h"
