/* number.c: see number.h. */
#include "config.h"

#include "number.h"

#include <errno.h>
#include <stdlib.h>

bool number_parse(const char *text, uint64_t max, uint64_t *value)
{
	unsigned long long number;
	char *end;

	/* strtoull would take blanks and signs. */
	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	number = strtoull(text, &end, 10);
	if (*end != '\0' || errno != 0 || number > max)
		return false;
	*value = number;
	return true;
}
