/* floats.c: guest of equal.py: arithmetic of both float types, with NaN and infinities. */
#include <math.h>
#include <stdio.h>

int main(void)
{
	double x = 0.5, sum = 0, odd = 0;
	float y = 1.5f, product = 1;
	int i;

	for (i = 1; i <= 20000; i++) {
		x = 3.9 * x * (1 - x);
		y = y * 1.0001f - 0.0001f;
		sum += sqrt(x) / i;
		product = fmodf(product * y, 7.0f);
		odd = i % 1000 ? odd : odd + (double)INFINITY - (double)INFINITY;
	}
	printf("%.17g %.9g %d\n", sum, product, isnan(odd));
	return 0;
}
