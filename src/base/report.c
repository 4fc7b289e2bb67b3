/* report.c: see report.h. */
#include "config.h"

#include "report.h"

#include <stdarg.h>
#include <stdio.h>

void report_init(struct report *report)
{
	report->err = ERR_NONE;
	report->text[0] = '\0';
}

enum error report_error(struct report *report, enum error err,
			const char *format, ...)
{
	va_list arguments;
	char *c;

	if (report == NULL || report->err != ERR_NONE)
		return err;
	report->err = err;
	va_start(arguments, format);
	vsnprintf(report->text, sizeof(report->text), format, arguments);
	va_end(arguments);
	/* Names from hostile modules must not forge lines or escape codes. */
	for (c = report->text; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	return err;
}

enum error report_no_memory(struct report *report, unsigned long long size)
{
	return report_error(report, ERR_NO_MEMORY,
			    "out of memory (%llu bytes asked for)", size);
}
