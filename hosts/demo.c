/* demo.c: the guest of `make demo`: reads a file line by line, works on each line,
 * appends to a report and prints progress.  It paces itself so that there is time
 * to move it while it runs; what it computes does not depend on time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NS_PER_LINE 25000000

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000000ll + time.tv_nsec;
}

static unsigned long long work(unsigned long long hash, const char *line)
{
	int i;

	for (i = 0; i < 5000; i++) {
		const char *c;

		for (c = line; *c != '\0'; c++)
			hash = (hash ^ (unsigned char)*c) * 0x100000001b3ull;
	}
	return hash;
}

int main(void)
{
	FILE *input = fopen("input.txt", "r");
	FILE *report = fopen("report.txt", "a");
	unsigned long long hash = 0xcbf29ce484222325ull;
	char line[128];
	int number = 0;

	if (input == NULL || report == NULL) {
		fputs("demo: cannot open input.txt or report.txt\n", stderr);
		return 1;
	}
	while (fgets(line, sizeof(line), input) != NULL) {
		long long begin = now();

		line[strcspn(line, "\n")] = '\0';
		hash = work(hash, line);
		while (now() - begin < NS_PER_LINE)
			;
		fprintf(report, "%3d %016llx %s\n", ++number, hash, line);
		fflush(report);
		if (number % 20 == 0) {
			printf("%3d lines, %016llx\n", number, hash);
			fflush(stdout);
		}
	}
	printf("done: %d lines, %016llx\n", number, hash);
	return 0;
}
