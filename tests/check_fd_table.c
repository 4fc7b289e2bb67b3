/* check_fd_table.c: descriptors, and their paths through renames. */
#include "config.h"

#include "wasi/fd_table.h"

#include "base/alloc.h"

#include <check.h>
#include <string.h>

static struct fd_entry opened(const char *path)
{
	return (struct fd_entry){.kind = FD_OPENED,
				 .root = alloc_string(".", 1),
				 .path = alloc_string(path, strlen(path))};
}

START_TEST(test_lowest_free)
{
	struct fd_table table = {0};
	struct fd_entry entry;
	uint32_t fd;

	for (fd = 0; fd < 3; fd++) {
		entry = opened("x");
		ck_assert_int_eq(fd_table_put(&table, fd, &entry),
				 WASI_SUCCESS);
	}
	fd_entry_fini(fd_table_get(&table, 1));
	ck_assert_ptr_null(fd_table_get(&table, 1));
	entry = opened("y");
	ck_assert_int_eq(fd_table_add(&table, &entry, &fd), WASI_SUCCESS);
	ck_assert_uint_eq(fd, 1);
	ck_assert_ptr_null(fd_table_get(&table, 3));
	ck_assert_ptr_null(fd_table_get(&table, UINT32_MAX));
	entry = opened("z");
	ck_assert_int_eq(fd_table_put(&table, FD_TABLE_MAX, &entry),
			 WASI_MFILE);
	fd_entry_fini(&entry);
	fd_table_fini(&table);
}
END_TEST

START_TEST(test_join)
{
	struct fd_entry preopen = {.path = NULL};
	struct fd_entry below = {.path = "a/b"};
	char *joined = fd_entry_join(&preopen, "file", 4);

	ck_assert_str_eq(joined, "file");
	alloc_free(joined);
	joined = fd_entry_join(&below, "c//", 3);
	ck_assert_str_eq(joined, "a/b/c");
	alloc_free(joined);
}
END_TEST

START_TEST(test_renames)
{
	static const char *const paths[] = {"d/file", "d", "dd/file", "other"};
	static const char *const after[] = {"e/f/file", "e/f", "dd/file",
					    "other"};
	struct fd_table table = {0};
	uint32_t i, fd;

	for (i = 0; i < 4; i++) {
		struct fd_entry entry = opened(paths[i]);

		ck_assert_int_eq(fd_table_add(&table, &entry, &fd),
				 WASI_SUCCESS);
	}
	fd_table_renamed(&table, "elsewhere", "d", ".", "wrong");
	fd_table_renamed(&table, ".", "d", ".", "e/f");
	for (i = 0; i < 4; i++)
		ck_assert_str_eq(fd_table_get(&table, i)->path, after[i]);
	fd_table_fini(&table);
}
END_TEST

#define SUITE_NAME "fd_table"
#define TESTS TEST(test_lowest_free) TEST(test_join) TEST(test_renames)
#include "check_main.h"
