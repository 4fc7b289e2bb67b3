/* recursion.c: deep and mutual recursion, with pointers into live frames. */
#include <stdio.h>
#include <stdlib.h>

struct link {
	const struct link *up;
	int value;
};

static int sum(const struct link *link)
{
	int total = 0;

	for (; link != NULL; link = link->up)
		total += link->value;
	return total;
}

__attribute__((noinline)) static int odd(int n, const struct link *up);

__attribute__((noinline)) static int even(int n, const struct link *up)
{
	struct link here = {up, n};

	return n == 0 ? sum(&here) : odd(n - 1, &here) + (here.value & 1);
}

__attribute__((noinline)) static int odd(int n, const struct link *up)
{
	struct link here = {up, n * 2};

	return n == 0 ? sum(&here) : even(n - 1, &here) + (here.value & 3);
}

__attribute__((noinline)) static unsigned ackermann(unsigned m, unsigned n)
{
	if (m == 0)
		return n + 1;
	if (n == 0)
		return ackermann(m - 1, 1);
	return ackermann(m - 1, ackermann(m, n - 1));
}

int main(void)
{
	int i;

	for (i = 0; i < 60; i++)
		printf("%d %d\n", i, even(i * 5, NULL));
	printf("ackermann %u\n", ackermann(2, 120));
	return 0;
}
