/* bulk.c: memcpy, memmove and memset of sizes from 1 byte to 64 KiB. */
#include <stdio.h>
#include <string.h>

static unsigned char a[1 << 17], b[1 << 17];

int main(void)
{
	unsigned sum = 0;

	for (int round = 0; round < 3; round++)
		for (size_t size = 1; size <= sizeof(a) / 2; size = size * 3 / 2 + 1) {
			size_t times = 400000 / (size + 100) + 1;

			for (size_t i = 0; i < times; i++) {
				memset(a + (i & 63), (int)(size + i), size);
				memcpy(b + (i & 7), a, size);
				memmove(b + 1, b, size);
				sum += b[size / 2];
			}
		}
	printf("%u\n", sum);
	return 0;
}
