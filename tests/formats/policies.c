/* policies.c: guest of policies.py: reads half a file, works, reads the rest, and tells how
 * long that took on its clock. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <fcntl.h>

int main(int argc, char **argv)
{
	struct timespec before, after;
	char text[32];
	volatile unsigned sum = 0;
	unsigned i;
	long n;
	int fd = open("input", O_RDWR);

	if (fd < 0)
		return 1;
	n = read(fd, text, 5);
	write(1, text, n);
	clock_gettime(CLOCK_MONOTONIC, &before);
	for (i = 0; i < 100000; i++)
		sum += i;
	clock_gettime(CLOCK_MONOTONIC, &after);
	n = read(fd, text, sizeof(text));
	if (n < 0)
		perror("read");
	else
		write(1, text, n);
	printf("%s\n", after.tv_sec - before.tv_sec >= 2 ? "long" : "short");
	return 0;
}
