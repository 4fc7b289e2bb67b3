/* sort.c: guest of equal.py: quicksort through a comparison pointer. */
#include <stdio.h>
#include <stdlib.h>

static int compare(const void *a, const void *b)
{
	unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;

	return x < y ? -1 : x > y;
}

int main(void)
{
	static unsigned numbers[5000];
	unsigned x = 12345, i;

	for (i = 0; i < 5000; i++)
		numbers[i] = x = x * 1103515245u + 12345u;
	qsort(numbers, 5000, sizeof(*numbers), compare);
	printf("%u %u %u\n", numbers[0], numbers[2500], numbers[4999]);
	return 0;
}
