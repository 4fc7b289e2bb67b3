/* work.c: guest of triggers.py: computes for a while, appends to a file as it goes. */
#include <stdio.h>
#include <stdlib.h>

/* Called through a pointer, so that it is not inlined. */
__attribute__((noinline)) unsigned step(unsigned x)
{
	unsigned i;

	for (i = 0; i < 50000; i++)
		x = (x ^ x >> 7) * 1664525u + 1013904223u;
	return x;
}

int main(int argc, char **argv)
{
	unsigned n = argc > 1 ? (unsigned)atoi(argv[1]) : 100, x = 1, i;
	unsigned (*volatile pointer)(unsigned) = step;
	FILE *log = fopen("log.txt", "a");

	for (i = 1; i <= n; i++) {
		x = pointer(x);
		if (i % 10 == 0 && log != NULL) {
			fprintf(log, "%u %08x\n", i, x);
			fflush(log);
		}
	}
	printf("%08x\n", x);
	return 0;
}
