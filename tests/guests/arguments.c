/* arguments.c: arguments and environment stay, the monotonic clock never goes
 * back, standard input is read where it was left. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(int argc, char **argv)
{
	struct timespec before = {0, 0}, now;
	volatile unsigned x = 1;
	int i, j;

	for (i = 0; i < 40; i++) {
		for (j = 0; j < 300; j++)
			x = x * 69069 + 1;
		clock_gettime(CLOCK_MONOTONIC, &now);
		if (now.tv_sec < before.tv_sec ||
		    (now.tv_sec == before.tv_sec &&
		     now.tv_nsec < before.tv_nsec)) {
			puts("FAILED: the clock went back");
			return 1;
		}
		before = now;
		printf("%s %s %u\n", argv[i % (argc - 1) + 1], getenv("WHO"),
		       x);
	}
	return argc;
}
