/* html.h: one HTML page from the counters of a run: no network, no other file. */
#ifndef CHIWAWA_REPORT_HTML_H
#define CHIWAWA_REPORT_HTML_H

#include "plugin/tracer.h"

#define HTML_HOST_CALLS 64

/* Calls of the host by name. */
struct html_host_calls {
	struct html_host_call {
		char name[40];
		uint64_t count, ns;
	} calls[HTML_HOST_CALLS];
	size_t count;
};

/* Loads and stores of a page of memory. */
struct html_page {
	uint32_t index;
	uint64_t loads, stores;
};

/* What stands in a page besides the counters. */
struct html_extra {
	const char *title;
	const struct html_host_calls *host;
	const struct html_page *pages; /* of memory; none: not counted */
	size_t npages;
};

/* What the tracer html counts, and a snapshot needs for a page. */
#define HTML_COUNTS (1u << COUNT_STRETCH | 1u << COUNT_ENTRY)

/* Writes the page: flame graph, functions with annotated listings, memory, calls of the
 * host.  end->call_tree may be NULL. */
enum error html_write(FILE *file, const struct trace_end *end,
		      const struct html_extra *extra, struct report *report);

/* Host calls as bytes for a snapshot, and back. */
enum error html_host_calls_save(const struct html_host_calls *host,
				uint8_t **bytes, uint32_t *length,
				struct report *report);
enum error html_host_calls_load(struct html_host_calls *host,
				const uint8_t *bytes, size_t length,
				struct report *report);

#endif
