/* counter.c: pure computation with progress on standard output: a linear
 * congruential generator, floats, and a table of partial sums in memory. */
#include <stdint.h>
#include <stdio.h>

static double sums[256];

int main(void)
{
	uint64_t state = 88172645463325252u;
	double total = 0;
	int i, j;

	for (i = 0; i < 60; i++) {
		for (j = 0; j < 2000; j++) {
			state ^= state << 13;
			state ^= state >> 7;
			state ^= state << 17;
			sums[state & 255] += (double)(state >> 11) * 0x1p-53;
		}
		printf("round %d: %016llx\n", i, (unsigned long long)state);
	}
	for (i = 0; i < 256; i++)
		total += sums[i];
	printf("total %.17g\n", total);
	return 7;
}
