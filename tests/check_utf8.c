/* check_utf8.c: UTF-8 validation at the borders of every range. */
#include "config.h"

#include "base/utf8.h"

#include <check.h>
#include <string.h>

START_TEST(test_borders)
{
	static const struct {
		const char *bytes;
		bool valid;
	} cases[] = {
		{"", true},
		{"plain", true},
		{"\x7f", true},
		{"\x80", false},	     /* continuation alone */
		{"\xc1\xbf", false},	     /* overlong */
		{"\xc2\x80", true},
		{"\xdf\xbf", true},
		{"\xe0\x9f\xbf", false},     /* overlong */
		{"\xe0\xa0\x80", true},
		{"\xed\x9f\xbf", true},
		{"\xed\xa0\x80", false},     /* surrogate */
		{"\xee\x80\x80", true},
		{"\xf0\x8f\xbf\xbf", false}, /* overlong */
		{"\xf0\x90\x80\x80", true},
		{"\xf4\x8f\xbf\xbf", true},
		{"\xf4\x90\x80\x80", false}, /* past U+10FFFF */
		{"\xf5\x80\x80\x80", false},
		{"\xe2\x82", false},	     /* cut */
		{"\xe2\x28\xa1", false},
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		ck_assert_int_eq(utf8_is_valid((const uint8_t *)cases[i].bytes,
					       strlen(cases[i].bytes)),
				 cases[i].valid);
}
END_TEST

#define SUITE_NAME "utf8"
#define TESTS TEST(test_borders)
#include "check_main.h"
