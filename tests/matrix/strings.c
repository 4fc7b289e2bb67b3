/* strings.c: guest of equal.py: formats, searches and compares strings. */
#include <stdio.h>
#include <string.h>

int main(void)
{
	char text[4096] = "";
	size_t length = 0, hits = 0;
	const char *at;
	int i;

	for (i = 0; length + 40 < sizeof(text); i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length,
					   "%d:%x:%s;", i, i * 77, i % 3 ? "abc" : "needle");
	for (i = 0; i < 40; i++)
		for (at = text; (at = strstr(at, "needle")) != NULL; at++)
			hits += strlen(at) % 7;
	printf("%zu %zu\n", length, hits);
	return 0;
}
