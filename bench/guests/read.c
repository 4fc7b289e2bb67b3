/* read.c: a file read in small pieces, as many calls of the host. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	static char bytes[4096];
	unsigned long total = 0;
	int fd = open("bench.data", O_CREAT | O_TRUNC | O_RDWR, 0600);
	ssize_t n;

	for (int i = 0; i < 64; i++)
		if (write(fd, bytes, sizeof(bytes)) != (ssize_t)sizeof(bytes))
			return 1;
	for (int round = 0; round < 300; round++) {
		lseek(fd, 0, SEEK_SET);
		while ((n = read(fd, bytes, 512)) > 0)
			total += (unsigned long)n;
	}
	printf("%lu\n", total);
	close(fd);
	unlink("bench.data");
	return 0;
}
