/* html.h: one HTML page from the counters of a run: no network, no other file. */
#ifndef CHIWAWA_REPORT_HTML_H
#define CHIWAWA_REPORT_HTML_H

#include "plugin/tracer.h"

/* What the tracer html counts, and a snapshot needs for a page. */
#define HTML_COUNTS (1u << COUNT_STRETCH | 1u << COUNT_ENTRY)

/* A page is html_begin, html_add for each run that the reader can choose from, html_end. */
void html_begin(FILE *file);
/* Flame graph, functions with annotated listings, memory, calls of the host.
 * end->call_tree may be NULL; memory and host calls are those of end->parts, which the
 * tracers memory and html saved.  On error nothing was written. */
enum error html_add(FILE *file, bool is_first, const struct trace_end *end,
		    const char *title, struct report *report);
void html_end(FILE *file);

#endif
