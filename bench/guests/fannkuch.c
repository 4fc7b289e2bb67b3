/* fannkuch.c: the most flips of a permutation's head, over all permutations of 9. */
#include <stdio.h>
#include <string.h>

#define N 9

static int flips_of(const int *permutation)
{
	int p[N], flips = 0;

	memcpy(p, permutation, sizeof(p));
	for (int first = p[0]; first != 0; first = p[0], flips++)
		for (int i = 0, j = first; i < j; i++, j--) {
			int swap = p[i];

			p[i] = p[j];
			p[j] = swap;
		}
	return flips;
}

int main(void)
{
	int p[N], count[N], most = 0, checksum = 0, sign = 1, r = N;

	for (int i = 0; i < N; i++)
		p[i] = i;
	for (;;) {
		int flips;

		for (; r != 1; r--)
			count[r - 1] = r;
		flips = flips_of(p);
		if (flips > most)
			most = flips;
		checksum += sign * flips;
		sign = -sign;
		for (;; r++) {
			int first = p[0];

			if (r == N) {
				printf("%d %d\n", checksum, most);
				return 0;
			}
			for (int i = 0; i < r; i++)
				p[i] = p[i + 1];
			p[r] = first;
			if (--count[r] > 0)
				break;
		}
	}
}
