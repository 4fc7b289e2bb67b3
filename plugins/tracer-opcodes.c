/* tracer-opcodes.c: how often each instruction was executed, and each function's share. */
#include "config.h"

#include "plugin/profile_report.h"

#include "base/alloc.h"

#include <inttypes.h>

struct totals {
	uint64_t all;
	struct report_row ops[OPCODE_COUNT]; /* func is the opcode */
	struct report_row *funcs;
};

static void add(void *context, uint32_t func, uint32_t offset,
		const struct instruction *instruction, uint64_t count)
{
	struct totals *totals = context;

	(void)offset;
	totals->all += count;
	totals->ops[instruction->op].count += count;
	totals->funcs[func].count += count;
}

static void print(FILE *file, const struct totals *totals,
		  const struct report_row *row, const char *name)
{
	fprintf(file, "%16" PRIu64 " %6.2f%%  %s\n", row->count,
		(double)row->count * 100.0 / (double)totals->all, name);
}

static void finish(void *state, const struct trace_end *end)
{
	const struct report_state *tracer = state;
	struct totals *totals = alloc_array(1, sizeof(*totals));
	uint32_t i;

	if (totals != NULL)
		totals->funcs = alloc_array(end->module->nfuncs,
					    sizeof(*totals->funcs));
	if (totals == NULL || totals->funcs == NULL) {
		fputs("chiwawa: opcodes: out of memory\n", tracer->output);
		alloc_free(totals);
		return;
	}
	for (i = 0; i < OPCODE_COUNT; i++)
		totals->ops[i].func = i;
	for (i = 0; i < end->module->nfuncs; i++)
		totals->funcs[i].func = i;
	report_walk(end, add, totals);
	report_sort(totals->ops, OPCODE_COUNT);
	report_sort(totals->funcs, end->module->nfuncs);
	fprintf(tracer->output, "%16" PRIu64 "          instructions\n",
		totals->all);
	for (i = 0; i < OPCODE_COUNT && totals->ops[i].count > 0; i++)
		print(tracer->output, totals, &totals->ops[i],
		      opcode_infos[totals->ops[i].func].text);
	fputs("by function\n", tracer->output);
	for (i = 0; i < end->module->nfuncs && totals->funcs[i].count > 0;
	     i++) {
		char name[128];

		report_name(end, totals->funcs[i].func, name);
		print(tracer->output, totals, &totals->funcs[i], name);
	}
	alloc_free(totals->funcs);
	alloc_free(totals);
}

const struct tracer_type tracer_opcodes = {
	.name = "opcodes",
	.help = "how often each instruction was executed, and in which function",
	.state_size = sizeof(struct report_state),
	.counts = 1u << COUNT_STRETCH,
	.init = report_init_plain,
	.finish = finish,
};
