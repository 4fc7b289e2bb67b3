/* json_text.c: see json_text.h. */
#include "config.h"

#include "json_text.h"

#include <string.h>

/* "\u001f" and its NUL. */
#define ESCAPED_MAX 7

static size_t escape(char c, char to[ESCAPED_MAX])
{
	unsigned char byte = (unsigned char)c;

	if (c == '"' || c == '\\') {
		to[0] = '\\';
		to[1] = c;
		return 2;
	}
	if (byte < 0x20 || c == '<')
		return (size_t)snprintf(to, ESCAPED_MAX, "\\u%04x", byte);
	to[0] = c;
	return 1;
}

void json_print_string(FILE *file, const char *text)
{
	char escaped[ESCAPED_MAX];

	putc('"', file);
	for (; *text != '\0'; text++)
		fwrite(escaped, 1, escape(*text, escaped), file);
	putc('"', file);
}

void json_escape(const char *text, char *to, size_t size)
{
	char escaped[ESCAPED_MAX];
	size_t n = 0;

	for (; *text != '\0'; text++) {
		size_t length = escape(*text, escaped);

		if (n + length + 1 > size)
			break;
		memcpy(to + n, escaped, length);
		n += length;
	}
	to[n] = '\0';
}
