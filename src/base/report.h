/* report.h: the detail text of an error, where the first message wins.
 *
 * A caller passes one report down; whoever finds the error writes what and
 * where; later messages are ignored.  Nothing is printed here.
 */
#ifndef CHIWAWA_REPORT_H
#define CHIWAWA_REPORT_H

#include "error.h"

struct report {
	enum error err;	 /* ERR_NONE until the first report_error */
	char text[500];	 /* NUL-terminated, one line */
};

/* Forgets any earlier message. */
void report_init(struct report *report);

/* Records err with a printf-style text unless one is already there.  Returns err,
 * so that it can end a function.  report may be NULL. */
enum error report_error(struct report *report, enum error err,
			const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Shorthand for ERR_NO_MEMORY; size in bytes. */
enum error report_no_memory(struct report *report, unsigned long long size);

#endif
