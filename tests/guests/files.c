/* files.c: files in every mode: appended to, written at positions, read line by
 * line, renamed while open, and directories that are being read. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void fail(const char *what)
{
	printf("FAILED: %s: %s\n", what, strerror(errno));
	exit(1);
}

static unsigned work(unsigned x)
{
	int i;

	for (i = 0; i < 500; i++)
		x = x * 1664525 + 1013904223;
	return x;
}

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

int main(void)
{
	char names[20][32], line[64], block[16];
	int log, grid, i, n = 0;
	struct dirent *entry;
	FILE *input;
	DIR *directory;
	unsigned x = 1;

	if (mkdir("d", 0777) != 0)
		fail("mkdir");
	for (i = 0; i < 12; i++) {
		snprintf(line, sizeof(line), "d/file%02d", i);
		n = open(line, O_CREAT | O_EXCL | O_WRONLY, 0666);
		if (n < 0)
			fail(line);
		x = work(x);
		dprintf(n, "%u\n", x);
		close(n);
	}
	log = open("log", O_CREAT | O_WRONLY | O_APPEND, 0666);
	grid = open("grid.tmp", O_CREAT | O_RDWR, 0666);
	if (log < 0 || grid < 0)
		fail("open");
	if (rename("grid.tmp", "d/grid") != 0)
		fail("rename");
	directory = opendir("d");
	if (directory == NULL)
		fail("opendir");
	for (n = 0; (entry = readdir(directory)) != NULL;) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(names[n++], sizeof(names[0]), "%s", entry->d_name);
		x = work(x);
		dprintf(log, "entry %d\n", n);
	}
	closedir(directory);
	qsort(names, (size_t)n, sizeof(names[0]), compare);
	for (i = 0; i < n; i++) {
		snprintf(line, sizeof(line), "d/%s", names[i]);
		input = fopen(line, "r");
		if (input == NULL)
			fail(line);
		while (fgets(line, sizeof(line), input) != NULL) {
			x = work(x ^ (unsigned)atoi(line));
			dprintf(log, "%s: %s", names[i], line);
			if (lseek(grid, (i * 7 % n) * 16, SEEK_SET) < 0)
				fail("lseek");
			snprintf(block, sizeof(block), "%014u", x);
			block[15] = '\n';
			if (write(grid, block, 16) != 16)
				fail("write");
		}
		fclose(input);
		printf("%s %u\n", names[i], x);
	}
	if (lseek(grid, 0, SEEK_SET) != 0)
		fail("rewind");
	while ((i = (int)read(grid, block, 16)) > 0)
		write(1, block, (size_t)i);
	close(grid);
	close(log);
	input = fopen("log", "r");
	while (fgets(line, sizeof(line), input) != NULL)
		fputs(line, stdout);
	fclose(input);
	return 0;
}
