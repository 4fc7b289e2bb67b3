/* json_text.c: see json_text.h. */
#include "config.h"

#include "json_text.h"

void json_print_string(FILE *file, const char *text)
{
	putc('"', file);
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			fprintf(file, "\\%c", c);
		else if (c < 0x20 || c == '<')
			fprintf(file, "\\u%04x", c);
		else
			putc(c, file);
	}
	putc('"', file);
}
