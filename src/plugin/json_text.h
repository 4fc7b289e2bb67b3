/* json_text.h: strings of JSON, for outputs that are too large or too many for a library. */
#ifndef CHIWAWA_JSON_TEXT_H
#define CHIWAWA_JSON_TEXT_H

#include <stdio.h>

/* Writes a string with its quotes.  '<' is escaped too, so that the text may stand in an
 * HTML script. */
void json_print_string(FILE *file, const char *text);

/* The same without the quotes, into size bytes with a NUL; what does not fit is left out. */
void json_escape(const char *text, char *to, size_t size);

#endif
