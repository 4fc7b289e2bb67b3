/* indirect.c: calls through tables of function pointers, qsort with a callback,
 * and memory that grows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int add(int a, int b) { return a + b; }
static int subtract(int a, int b) { return a - b; }
static int multiply(int a, int b) { return (int)((unsigned)a * (unsigned)b); }
static int mix(int a, int b) { return (a << 3 ^ b) & 0xffffff; }

static int (*volatile operations[])(int, int) = {add, subtract, multiply, mix};

static int compare(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;

	return (x > y) - (x < y);
}

int main(void)
{
	size_t count = 100, i;
	int *numbers = NULL;
	int round, value = 1;

	for (round = 0; round < 8; round++, count *= 2) {
		int *grown = realloc(numbers, count * sizeof(*numbers));

		if (grown == NULL)
			return 1;
		numbers = grown;
		for (i = 0; i < count; i++) {
			value = operations[i & 3](value, (int)i + round);
			numbers[i] = value;
		}
		qsort(numbers, count, sizeof(*numbers), compare);
		printf("%zu: %d %d %d\n", count, numbers[0],
		       numbers[count / 2], numbers[count - 1]);
	}
	free(numbers);
	return 0;
}
