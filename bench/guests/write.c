/* write.c: a file written in small pieces, as many calls of the host. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int main(void)
{
	static char bytes[256];
	unsigned long total = 0;
	int fd = open("bench.data", O_CREAT | O_TRUNC | O_WRONLY, 0600);

	for (int round = 0; round < 150; round++) {
		lseek(fd, 0, SEEK_SET);
		for (int i = 0; i < 1000; i++)
			total += (unsigned long)write(fd, bytes, sizeof(bytes));
	}
	printf("%lu\n", total);
	close(fd);
	unlink("bench.data");
	return 0;
}
