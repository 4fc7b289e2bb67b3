/* quicksort.c: recursion with memory: sorts 300000 numbers. */
#include <stdio.h>

static unsigned numbers[300000];

static void sort(unsigned *a, int n)
{
	while (n > 1) {
		unsigned pivot = a[n / 2];
		int i = 0, j = n - 1;

		while (i <= j) {
			while (a[i] < pivot)
				i++;
			while (a[j] > pivot)
				j--;
			if (i <= j) {
				unsigned swap = a[i];

				a[i++] = a[j];
				a[j--] = swap;
			}
		}
		sort(a, j + 1);
		a += i;
		n -= i;
	}
}

int main(void)
{
	int n = sizeof(numbers) / sizeof(*numbers), i;
	unsigned x = 1;

	for (i = 0; i < n; i++)
		numbers[i] = x = x * 1664525 + 1013904223;
	sort(numbers, n);
	for (i = 1; i < n; i++)
		if (numbers[i - 1] > numbers[i])
			return 1;
	printf("%u %u\n", numbers[0], numbers[n - 1]);
	return 0;
}
