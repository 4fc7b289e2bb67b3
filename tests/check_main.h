/* check_main.h: main of a Check program with one suite, for tests/check_NOUN.c.
 *
 * Define SUITE_NAME and TESTS (a list of TEST(name)) and include this last.
 */
#ifndef CHIWAWA_CHECK_MAIN_H
#define CHIWAWA_CHECK_MAIN_H

#include <check.h>
#include <stdlib.h>

int main(void)
{
	Suite *suite = suite_create(SUITE_NAME);
	TCase *tcase = tcase_create(SUITE_NAME);
	SRunner *runner = srunner_create(suite);
	int failed;

#define TEST(NAME) tcase_add_test(tcase, NAME);
	TESTS
#undef TEST
	tcase_set_timeout(tcase, 60);
	suite_add_tcase(suite, tcase);
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
