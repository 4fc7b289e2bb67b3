/* calls.c: checks of WASI calls by a guest on itself; each prints its result, so that
 * the output can be compared with the host's own run.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>
#include <wasi/api.h>

static void result(const char *what, long long value)
{
	printf("%s: %lld\n", what, value);
}

static void check(const char *what, int good)
{
	printf("%s: %s (%s)\n", what, good ? "yes" : "NO",
	       good ? "" : strerror(errno));
}

static void test_files(void)
{
	struct iovec out[3] = {{"one ", 4}, {"", 0}, {"two\n", 4}};
	struct stat stat_buffer;
	char buffer[64] = "";
	ssize_t n = 0;
	int fd = open("f", O_CREAT | O_RDWR | O_TRUNC, 0666);

	check("create", fd >= 0);
	/* A host may write less than all; libc's callers go on. */
	while (n < 8) {
		ssize_t done = n < 4 ? writev(fd, out, 3) : write(fd, "two\n", 4);

		if (done <= 0)
			break;
		n += done;
	}
	result("writev", n);
	result("pwrite", pwrite(fd, "ONE", 3, 0));
	result("tell", lseek(fd, 0, SEEK_CUR));
	result("pread", pread(fd, buffer, 7, 0));
	printf("read back: %s\n", buffer);
	result("seek to end", lseek(fd, -3, SEEK_END));
	result("seek before start", lseek(fd, -30, SEEK_CUR));
	result("its error is EINVAL", errno == EINVAL);
	result("truncate", ftruncate(fd, 20));
	result("fstat", fstat(fd, &stat_buffer));
	result("size", stat_buffer.st_size);
	result("is a file", S_ISREG(stat_buffer.st_mode));
	result("sparse write", pwrite(fd, "x", 1, 100000));
	result("fsync", fsync(fd));
	result("fdatasync", fdatasync(fd));
	result("close", close(fd));
	result("close again", close(fd));
	result("its error is EBADF", errno == EBADF);
	result("open missing", open("missing", O_RDONLY));
	result("its error is ENOENT", errno == ENOENT);
	result("create exclusively", open("f", O_CREAT | O_EXCL | O_RDWR, 0666));
	result("its error is EEXIST", errno == EEXIST);
	fd = open("f", O_RDONLY);
	result("write to read-only", write(fd, "x", 1));
	close(fd);
	fd = open("f", O_WRONLY | O_APPEND);
	result("append", write(fd, "end", 3));
	result("appended at", lseek(fd, 0, SEEK_CUR));
	close(fd);
}

static void test_directories(void)
{
	struct stat stat_buffer;
	struct dirent *entry;
	DIR *directory;
	int count = 0;
	char name[32];
	int i;

	result("mkdir", mkdir("dir", 0777));
	result("mkdir again", mkdir("dir", 0777));
	result("its error is EEXIST", errno == EEXIST);
	for (i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "dir/a-rather-long-name-%d", i);
		close(open(name, O_CREAT | O_WRONLY, 0666));
	}
	directory = opendir("dir");
	while ((entry = readdir(directory)) != NULL)
		count += entry->d_name[0] == 'a';
	closedir(directory);
	result("entries", count);
	result("rmdir of a full one", rmdir("dir"));
	result("its error is ENOTEMPTY", errno == ENOTEMPTY);
	for (i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "dir/a-rather-long-name-%d", i);
		count -= unlink(name) == 0;
	}
	result("unlinked all", count == 0);
	result("rmdir", rmdir("dir"));
	result("stat of it", stat("dir", &stat_buffer));
	result("unlink missing", unlink("missing"));
	result("rename", rename("f", "g"));
	result("stat new", stat("g", &stat_buffer));
	result("is a file", S_ISREG(stat_buffer.st_mode));
}

static void test_links(void)
{
	char target[64] = "";
	struct stat stat_buffer;

	result("symlink", symlink("g", "s"));
	result("readlink", readlink("s", target, sizeof(target)));
	printf("target: %s\n", target);
	result("lstat", lstat("s", &stat_buffer));
	result("is a link", S_ISLNK(stat_buffer.st_mode));
	result("stat follows", stat("s", &stat_buffer) == 0 &&
				       S_ISREG(stat_buffer.st_mode));
	result("link", link("g", "h"));
	result("fstat links", stat("h", &stat_buffer));
	result("number of links", (long long)stat_buffer.st_nlink);
	result("unlink", unlink("h") + unlink("s"));
	result("outside", open("../outside", O_RDONLY));
	result("absolute", open("/etc/passwd", O_RDONLY));
}

static void test_times(void)
{
	struct timespec times[2] = {{1000, 0}, {2000, 0}};
	struct timespec before, after;
	struct stat stat_buffer;

	result("utimensat", utimensat(AT_FDCWD, "g", times, 0));
	stat("g", &stat_buffer);
	result("mtime", stat_buffer.st_mtim.tv_sec);
	result("mtime ns", stat_buffer.st_mtim.tv_nsec);
	result("atime", stat_buffer.st_atim.tv_sec);
	clock_gettime(CLOCK_MONOTONIC, &before);
	result("nanosleep", nanosleep(&(struct timespec){0, 20000000}, NULL));
	clock_gettime(CLOCK_MONOTONIC, &after);
	check("slept at least 20 ms",
	      (after.tv_sec - before.tv_sec) * 1000000000ll + after.tv_nsec -
			      before.tv_nsec >=
		      20000000);
	check("time of day", time(NULL) > 1600000000);
	result("clock_getres", clock_getres(CLOCK_MONOTONIC, &after));
	result("sched_yield", sched_yield());
}

static void test_raw(void)
{
	__wasi_fdstat_t fdstat;
	__wasi_subscription_t subscription[2] = {0};
	__wasi_event_t events[2];
	__wasi_prestat_t prestat;
	uint8_t random[64] = {0};
	size_t n = 0, i, sum = 0;
	int fd = open("g", O_RDONLY);

	result("fdstat", __wasi_fd_fdstat_get(fd, &fdstat));
	result("file type", fdstat.fs_filetype);
	result("fdstat of nothing", __wasi_fd_fdstat_get(99, &fdstat));
	result("prestat of a file", __wasi_fd_prestat_get(fd, &prestat));
	result("advise", __wasi_fd_advise(fd, 0, 10, 1));
	result("renumber", __wasi_fd_renumber(fd, 3 + 0) == 0 ? 0 : 1);
	result("random", __wasi_random_get(random, sizeof(random)));
	for (i = 0; i < sizeof(random); i++)
		sum += random[i];
	check("random numbers", sum != 0);
	subscription[0].userdata = 7;
	subscription[0].u.tag = __WASI_EVENTTYPE_CLOCK;
	subscription[0].u.u.clock.id = __WASI_CLOCKID_MONOTONIC;
	subscription[0].u.u.clock.timeout = 1000000;
	result("poll", __wasi_poll_oneoff(subscription, events, 1, &n));
	result("events", (long long)n);
	result("user data", (long long)events[0].userdata);
	result("poll for nothing",
	       __wasi_poll_oneoff(subscription, events, 0, &n) != 0);
	result("sock_shutdown of a file", __wasi_sock_shutdown(1, 1) != 0);
}

int main(int argc, char **argv)
{
	test_files();
	test_directories();
	test_links();
	test_times();
	if (argc > 1 && strcmp(argv[1], "raw") == 0)
		test_raw();
	return 3;
}
