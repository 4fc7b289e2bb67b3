/* fib.c: calls: Fibonacci numbers by double recursion. */
#include <stdio.h>

__attribute__((noinline)) static int fib(int n)
{
	return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

int main(void)
{
	volatile int n = 32;

	printf("%d\n", fib(n));
	return 0;
}
