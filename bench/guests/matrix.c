/* matrix.c: nested loops over doubles: product of two 160 x 160 matrices. */
#include <stdio.h>

#define N 160

static double a[N][N], b[N][N], c[N][N];

int main(void)
{
	double trace = 0;
	int i, j, k;

	for (i = 0; i < N; i++)
		for (j = 0; j < N; j++) {
			a[i][j] = i + j;
			b[i][j] = i - j;
		}
	for (i = 0; i < N; i++)
		for (j = 0; j < N; j++) {
			double sum = 0;

			for (k = 0; k < N; k++)
				sum += a[i][k] * b[k][j];
			c[i][j] = sum;
		}
	for (i = 0; i < N; i++)
		trace += c[i][i];
	printf("%.1f\n", trace);
	return 0;
}
