/* tracer-loops.c: how often each loop's body was begun. */
#include "config.h"

#include "plugin/profile_report.h"

#include "base/alloc.h"

#include <inttypes.h>

static void finish(void *state, const struct trace_end *end)
{
	const struct report_state *tracer = state;
	struct report_row *rows = alloc_array(end->ncounters, sizeof(*rows));
	size_t i, n = 0;

	if (rows == NULL) {
		fputs("chiwawa: loops: out of memory\n", tracer->output);
		return;
	}
	for (i = 0; i < end->ncounters; i++) {
		const struct profile_entry *entry = &end->counters[i];

		if (entry->site.kind == COUNT_LOOP)
			rows[n++] = (struct report_row){.count = entry->count,
							.func = entry->func,
							.offset = entry->site
									  .offset};
	}
	report_sort(rows, n);
	fprintf(tracer->output, "%16s  %-8s  %s\n", "iterations", "offset",
		"function");
	for (i = 0; i < n; i++) {
		char name[128];

		report_name(end, rows[i].func, name);
		fprintf(tracer->output, "%16" PRIu64 "  0x%06x  %s\n",
			rows[i].count, rows[i].offset, name);
	}
	alloc_free(rows);
}

const struct tracer_type tracer_loops = {
	.name = "loops",
	.help = "iterations of each loop",
	.state_size = sizeof(struct report_state),
	.counts = 1u << COUNT_LOOP,
	.init = report_init_plain,
	.finish = finish,
};
