/* spectral.c: the spectral norm of an infinite matrix, by its upper left corner. */
#include <math.h>
#include <stdio.h>

#define N 300

static double element(int i, int j)
{
	return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1);
}

static void multiply(const double *v, double *to, int transposed)
{
	for (int i = 0; i < N; i++) {
		double sum = 0;

		for (int j = 0; j < N; j++)
			sum += (transposed ? element(j, i) : element(i, j)) * v[j];
		to[i] = sum;
	}
}

int main(void)
{
	static double u[N], v[N], w[N];
	double uv = 0, vv = 0;

	for (int i = 0; i < N; i++)
		u[i] = 1;
	for (int i = 0; i < 10; i++) {
		multiply(u, w, 0);
		multiply(w, v, 1);
		multiply(v, w, 0);
		multiply(w, u, 1);
	}
	for (int i = 0; i < N; i++) {
		uv += u[i] * v[i];
		vv += v[i] * v[i];
	}
	printf("%.9f\n", sqrt(uv / vv));
	return 0;
}
