/* waits.c: guest of triggers.py: sleeps, then reads a line; tells what its clock saw. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int main(int argc, char **argv)
{
	long ms = argc > 1 ? atol(argv[1]) : 0, before = now_ms(), slept;
	struct timespec pause = {ms / 1000, ms % 1000 * 1000000};
	char line[64] = "";

	if (ms > 0)
		nanosleep(&pause, NULL);
	slept = now_ms() - before;
	printf("%s\n", slept < ms ? "too short" : slept < ms + 1300 ? "slept" : "too long");
	fflush(stdout);
	if (argc > 2 && fgets(line, sizeof(line), stdin) != NULL)
		printf("read %s", line);
	return 0;
}
