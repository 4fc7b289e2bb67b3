/* check_host_path.c: paths of native builds stay inside their directory. */
#include "config.h"

#include "wasi/host.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char base[64];
static host_handle root;

/* base/secret lies outside, base/root is the guest's directory. */
static void setup(void)
{
	char path[128];
	int fd;

	strcpy(base, "/tmp/chiwawa-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(base));
	ck_assert_int_eq(chdir(base), 0);
	fd = open("secret", O_CREAT | O_WRONLY, 0600);
	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert_int_eq(mkdir("root", 0700), 0);
	ck_assert_int_eq(mkdir("root/d", 0700), 0);
	fd = open("root/d/file", O_CREAT | O_WRONLY, 0600);
	ck_assert_int_eq(write(fd, "inside", 6), 6);
	close(fd);
	ck_assert_int_eq(symlink("../secret", "root/out"), 0);
	snprintf(path, sizeof(path), "%s/secret", base);
	ck_assert_int_eq(symlink(path, "root/absolute"), 0);
	ck_assert_int_eq(symlink("d", "root/link"), 0);
	ck_assert_int_eq(symlink("..", "root/d/up"), 0);
	ck_assert_int_eq(symlink("loop", "root/loop"), 0);
	ck_assert_int_eq(host_open_directory("root", &root), WASI_SUCCESS);
}

static void teardown(void)
{
	char command[128];

	host_close(root);
	snprintf(command, sizeof(command), "rm -rf %s", base);
	ck_assert_int_eq(system(command), 0);
}

static struct host_path path_of(const char *text)
{
	return (struct host_path){root, text, strlen(text)};
}

static wasi_errno open_path(const char *text)
{
	host_handle handle;
	wasi_errno err = host_open(path_of(text), WASI_LOOKUP_SYMLINK_FOLLOW,
				   0, WASI_RIGHT_FD_READ, 0, 0, &handle);

	if (err == WASI_SUCCESS)
		host_close(handle);
	return err;
}

START_TEST(test_open)
{
	static const struct {
		const char *path;
		wasi_errno err;
	} cases[] = {
		{"d/file", WASI_SUCCESS},
		{"./d/./file", WASI_SUCCESS},
		{"d/../d/file", WASI_SUCCESS},
		{"link/file", WASI_SUCCESS},
		{"link/../d/file", WASI_SUCCESS},
		{"d/up/d/file", WASI_SUCCESS},
		{"d//file", WASI_SUCCESS},
		{".", WASI_SUCCESS},
		{"d/", WASI_SUCCESS},
		{"link/", WASI_SUCCESS},
		{"d/..", WASI_SUCCESS},
		{"", WASI_NOENT},
		{"nothing", WASI_NOENT},
		{"d/file/", WASI_NOTDIR},
		{"d/file/x", WASI_NOTDIR},
		{"..", WASI_PERM},
		{"../secret", WASI_PERM},
		{"d/../../secret", WASI_PERM},
		{"d/up/../secret", WASI_PERM},
		{"/etc/passwd", WASI_PERM},
		{"out", WASI_PERM},
		{"absolute", WASI_PERM},
		{"loop", WASI_LOOP},
	};
	size_t i;

	setup();
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		if (open_path(cases[i].path) != cases[i].err)
			ck_abort_msg("\"%s\": %d", cases[i].path,
				     open_path(cases[i].path));
	teardown();
}
END_TEST

START_TEST(test_other_calls_stay_inside)
{
	struct host_filestat stat;
	uint8_t target[64];
	size_t length;

	setup();
	ck_assert_int_eq(host_path_filestat(path_of("out"), 1, &stat),
			 WASI_PERM);
	ck_assert_int_eq(host_path_filestat(path_of("out"), 0, &stat),
			 WASI_SUCCESS);
	ck_assert_int_eq(stat.filetype, WASI_FILETYPE_SYMBOLIC_LINK);
	ck_assert_int_eq(host_unlink(path_of("../secret")), WASI_PERM);
	ck_assert_int_eq(host_create_directory(path_of("../new")), WASI_PERM);
	ck_assert_int_eq(host_rename(path_of("d/file"), path_of("../gone")),
			 WASI_PERM);
	ck_assert_int_eq(host_rename(path_of("../secret"), path_of("mine")),
			 WASI_PERM);
	ck_assert_int_eq(host_link(path_of("out"), 1, path_of("hard")),
			 WASI_PERM);
	ck_assert_int_eq(host_symlink("/etc", 4, path_of("etc")), WASI_PERM);
	ck_assert_int_eq(host_readlink(path_of("link"), target,
				       sizeof(target), &length),
			 WASI_SUCCESS);
	ck_assert_uint_eq(length, 1);
	ck_assert_int_eq(host_create_directory(path_of("new/")), WASI_SUCCESS);
	ck_assert_int_eq(host_remove_directory(path_of("new")), WASI_SUCCESS);
	ck_assert_int_eq(access("../secret", F_OK) == 0 ||
				 access("secret", F_OK) == 0,
			 1);
	teardown();
}
END_TEST

#define SUITE_NAME "host_path"
#define TESTS TEST(test_open) TEST(test_other_calls_stay_inside)
#include "check_main.h"
