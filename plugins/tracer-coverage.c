/* tracer-coverage.c: which instructions were executed, as a tracefile of lcov(1).
 *
 * The "source file" is the module, its "lines" are offsets of instructions in it.
 */
#include "config.h"

#include "plugin/profile_report.h"

#include "base/alloc.h"
#include "code/trace_event.h"

#include <inttypes.h>

struct coverage {
	FILE *output;
	uint64_t *counts; /* by offset in the module */
};

static void note(void *context, uint32_t func, uint32_t offset,
		 const struct instruction *instruction, uint64_t count)
{
	struct coverage *coverage = context;

	(void)instruction;
	(void)func;
	coverage->counts[offset] += count;
}

static void print_functions(const struct coverage *coverage,
			    const struct trace_end *end)
{
	const struct module *module = end->module;
	uint32_t i, hit = 0;
	char name[128];

	for (i = module->nimported_funcs; i < module->nfuncs; i++) {
		uint32_t offset =
			(uint32_t)(module->funcs[i].body - module->bytes);
		uint64_t entries = report_count(end, i, offset, COUNT_ENTRY);

		report_name(end, i, name);
		fprintf(coverage->output, "FN:%u,%s\nFNDA:%" PRIu64 ",%s\n",
			offset, name, entries, name);
		hit += entries > 0;
	}
	fprintf(coverage->output, "FNF:%u\nFNH:%u\n",
		module->nfuncs - module->nimported_funcs, hit);
}

static void print_instructions(const struct coverage *coverage,
			       const struct module *module)
{
	uint32_t i, found = 0, hit = 0;

	for (i = module->nimported_funcs; i < module->nfuncs; i++) {
		const uint8_t *p = module->funcs[i].body;

		while (p < module->funcs[i].end) {
			uint32_t offset = (uint32_t)(p - module->bytes);
			struct instruction in;

			p = instruction_next(p, &in);
			if (trace_event_of(in.op) == 0)
				continue;
			fprintf(coverage->output, "DA:%u,%" PRIu64 "\n", offset,
				coverage->counts[offset]);
			found++;
			hit += coverage->counts[offset] > 0;
		}
	}
	fprintf(coverage->output, "LF:%u\nLH:%u\n", found, hit);
}

static void finish(void *state, const struct trace_end *end)
{
	const struct report_state *tracer = state;
	struct coverage coverage = {
		.output = tracer->output,
		.counts = alloc_array(end->module->size, sizeof(uint64_t))};

	if (coverage.counts == NULL) {
		fputs("chiwawa: coverage: out of memory\n", tracer->output);
		return;
	}
	report_walk(end, note, &coverage);
	fprintf(tracer->output, "TN:chiwawa\nSF:%s\n", end->path);
	print_functions(&coverage, end);
	print_instructions(&coverage, end->module);
	fputs("end_of_record\n", tracer->output);
	alloc_free(coverage.counts);
}

const struct tracer_type tracer_coverage = {
	.name = "coverage",
	.help = "executed instructions, as a tracefile of lcov",
	.state_size = sizeof(struct report_state),
	.counts = 1u << COUNT_STRETCH | 1u << COUNT_ENTRY,
	.init = report_init_plain,
	.finish = finish,
};
