/* search.c: strings sought in a text, with strstr, memchr and strcmp. */
#include <stdio.h>
#include <string.h>

static char text[1 << 20];

int main(void)
{
	static const char *const words[] = {"needle", "abcab", "zzzzz", "hay stack", "q"};
	unsigned seed = 1, found = 0;

	for (size_t i = 0; i + 1 < sizeof(text); i++) {
		seed = seed * 1103515245 + 12345;
		text[i] = "abcdefghijklmnop rstuvwxyz"[seed >> 16 & 15];
	}
	for (size_t i = 1000; i + 100 < sizeof(text); i += 50000)
		memcpy(text + i, words[i / 50000 % 4], strlen(words[i / 50000 % 4]));
	for (size_t w = 0; w < sizeof(words) / sizeof(*words); w++)
		for (const char *p = text; (p = strstr(p, words[w])) != NULL; p++)
			found++;
	for (const char *p = text; (p = memchr(p, 'k', (size_t)(text + sizeof(text) - p))) != NULL; p++)
		found += strncmp(p, "kab", 3) == 0;
	printf("%u\n", found);
	return 0;
}
