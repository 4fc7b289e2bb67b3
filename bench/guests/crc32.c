/* crc32.c: byte loads and table look-ups: CRC-32 of 16 MiB. */
#include <stdint.h>
#include <stdio.h>

static uint32_t table[256];
static uint8_t data[1 << 16];

int main(void)
{
	uint32_t crc = UINT32_MAX;
	int i, j, round;

	for (i = 0; i < 256; i++) {
		uint32_t c = (uint32_t)i;

		for (j = 0; j < 8; j++)
			c = c & 1 ? 0xedb88320 ^ (c >> 1) : c >> 1;
		table[i] = c;
	}
	for (i = 0; i < (int)sizeof(data); i++)
		data[i] = (uint8_t)(i * 31);
	for (round = 0; round < 256; round++)
		for (i = 0; i < (int)sizeof(data); i++)
			crc = table[(crc ^ data[i]) & 255] ^ (crc >> 8);
	printf("%08x\n", ~crc);
	return 0;
}
