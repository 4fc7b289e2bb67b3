/* pi.c: floating point in one loop: Leibniz' series, five million terms. */
#include <stdio.h>

int main(void)
{
	volatile int terms = 5000000;
	double sum = 0, sign = 1;
	int i, n = terms;

	for (i = 0; i < n; i++) {
		sum += sign / (2 * i + 1);
		sign = -sign;
	}
	printf("%.12f\n", 4 * sum);
	return 0;
}
