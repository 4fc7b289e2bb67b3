/* mandelbrot.c: points that stay bounded, counted. */
#include <stdio.h>

#define SIZE 400
#define TURNS 50

int main(void)
{
	int inside = 0;

	for (int row = 0; row < SIZE; row++)
		for (int column = 0; column < SIZE; column++) {
			double cr = 2.0 * column / SIZE - 1.5, ci = 2.0 * row / SIZE - 1;
			double r = 0, i = 0, rr = 0, ii = 0;
			int turn = 0;

			for (; turn < TURNS && rr + ii <= 4; turn++) {
				i = 2 * r * i + ci;
				r = rr - ii + cr;
				rr = r * r;
				ii = i * i;
			}
			inside += turn == TURNS;
		}
	printf("%d\n", inside);
	return 0;
}
