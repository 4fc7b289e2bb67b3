/* tracer-branches.c: how often each br_if and if was executed, and how often its condition
 * held. */
#include "config.h"

#include "plugin/profile_report.h"

#include "base/alloc.h"

#include <inttypes.h>

/* The instruction at an offset of the module, which a counter of this run has. */
static const char *mnemonic(const struct trace_end *end, uint32_t offset)
{
	const uint8_t *p = end->module->bytes + offset;

	return offset < end->module->size && *p == 0x04 ? "if" : "br_if";
}

static void finish(void *state, const struct trace_end *end)
{
	const struct report_state *tracer = state;
	struct report_row *rows = alloc_array(end->ncounters, sizeof(*rows));
	size_t i, n = 0;

	if (rows == NULL) {
		fputs("chiwawa: branches: out of memory\n", tracer->output);
		return;
	}
	for (i = 0; i < end->ncounters; i++) {
		const struct profile_entry *entry = &end->counters[i];

		if (entry->site.kind == COUNT_BRANCH)
			rows[n++] = (struct report_row){
				entry->count,
				report_count(end, entry->func,
					     entry->site.offset, COUNT_THROUGH),
				entry->func, entry->site.offset};
	}
	report_sort(rows, n);
	fprintf(tracer->output, "%16s %16s %8s  %-8s  %-5s  %s\n", "executed",
		"condition held", "", "offset", "", "function");
	for (i = 0; i < n; i++) {
		const char *op = mnemonic(end, rows[i].offset);
		/* An if goes through when it holds, a br_if when it does not. */
		uint64_t held = *op == 'i' ? rows[i].other
					   : rows[i].count - rows[i].other;
		char name[128];

		report_name(end, rows[i].func, name);
		fprintf(tracer->output,
			"%16" PRIu64 " %16" PRIu64 " %7.2f%%  0x%06x  %-5s  "
			"%s\n",
			rows[i].count, held,
			(double)held * 100.0 / (double)rows[i].count,
			rows[i].offset, op, name);
	}
	alloc_free(rows);
}

const struct tracer_type tracer_branches = {
	.name = "branches",
	.help = "how often each condition was tested, and held",
	.state_size = sizeof(struct report_state),
	.counts = 1u << COUNT_BRANCH | 1u << COUNT_THROUGH,
	.init = report_init_plain,
	.finish = finish,
};
