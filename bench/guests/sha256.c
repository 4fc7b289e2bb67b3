/* sha256.c: SHA-256 (FIPS 180-4) of two megabytes. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static uint32_t k[64], h[8];

static uint32_t rotate(uint32_t x, int n)
{
	return x >> n | x << (32 - n);
}

/* The first 32 bits of the fractional parts of roots of primes, exactly, by search. */
static uint32_t root_bits(uint32_t prime, int degree)
{
	uint64_t low = 0, high = (uint64_t)8 << 32;

	while (high - low > 1) {
		uint64_t middle = low + (high - low) / 2;
		__uint128_t power = (__uint128_t)middle * middle;

		if (degree == 3)
			power *= middle;
		if (power >> 32 * degree < prime)
			low = middle;
		else
			high = middle;
	}
	return (uint32_t)low;
}

static void make_constants(void)
{
	uint32_t n = 0;

	for (uint32_t prime = 2; n < 64; prime++) {
		uint32_t divisor = 2;

		while (prime % divisor != 0)
			divisor++;
		if (divisor < prime)
			continue;
		if (n < 8)
			h[n] = root_bits(prime, 2);
		k[n++] = root_bits(prime, 3);
	}
}

static void block(const uint8_t *bytes)
{
	uint32_t w[64], s[8];

	for (int i = 0; i < 16; i++)
		w[i] = (uint32_t)bytes[4 * i] << 24 | (uint32_t)bytes[4 * i + 1] << 16 |
		       (uint32_t)bytes[4 * i + 2] << 8 | bytes[4 * i + 3];
	for (int i = 16; i < 64; i++)
		w[i] = w[i - 16] + w[i - 7] +
		       (rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3) +
		       (rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10);
	memcpy(s, h, sizeof(s));
	for (int i = 0; i < 64; i++) {
		uint32_t e = s[4], a = s[0];
		uint32_t one = s[7] + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
			       ((e & s[5]) ^ (~e & s[6])) + k[i] + w[i];
		uint32_t two = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) +
			       ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));

		memmove(s + 1, s, 7 * sizeof(*s));
		s[4] += one;
		s[0] = one + two;
	}
	for (int i = 0; i < 8; i++)
		h[i] += s[i];
}

int main(void)
{
	static uint8_t bytes[1 << 20], padding[64] = {0x80};

	make_constants();
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7);
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < sizeof(bytes); i += 64)
			block(bytes + i);
	/* 2 * 2^20 bytes are 2^24 bits. */
	padding[60] = 1;
	block(padding);
	for (int i = 0; i < 8; i++)
		printf("%08x", (unsigned)h[i]);
	putchar('\n');
	return 0;
}
