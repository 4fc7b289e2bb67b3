/* indirect.c: calls through a table of function pointers. */
#include <stdio.h>

#define OPERATION(NAME, EXPRESSION)                                            \
	static unsigned NAME(unsigned a, unsigned b) { return EXPRESSION; }
OPERATION(add, a + b)
OPERATION(subtract, a - b)
OPERATION(mix, (a << 5 | a >> 27) ^ b)
OPERATION(multiply, a * (b | 1))

static unsigned (*volatile operations[])(unsigned, unsigned) = {
	add, subtract, mix, multiply};

int main(void)
{
	unsigned x = 1, i;

	for (i = 0; i < 4000000; i++)
		x = operations[(x >> 7) & 3](x, i);
	printf("%u\n", x);
	return 0;
}
